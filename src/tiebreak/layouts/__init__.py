"""What comes in: one file per dataset layout. Pure functions over rows."""
