"""What labels are worth: statistics by name, plots of them, and the page that says it in words."""
