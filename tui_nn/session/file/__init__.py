"""Run files: the writer, and a reader that checks everything before it uses it."""
