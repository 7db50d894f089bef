"""The draw view: pictures drawn by hand."""
