"""What is stored: labels, pairs, texts and settings; no I/O and no pandas."""
