"""What labels say about those who made them. Pure functions over frames and numbers."""
