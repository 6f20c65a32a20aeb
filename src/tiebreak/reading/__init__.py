"""What comes in: any source becomes pairs and the preferences it carries."""
