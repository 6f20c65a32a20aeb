"""One annotator at work: what is shown, what was said, and what is asked."""
