"""Agreement and intervals. Pure functions over frames and counts: they know no session."""
