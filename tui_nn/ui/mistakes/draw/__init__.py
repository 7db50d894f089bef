"""The draw view: digits drawn by hand."""
