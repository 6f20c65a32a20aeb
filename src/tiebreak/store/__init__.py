"""Where a session lives: its manifest, pairs, journals and media."""
