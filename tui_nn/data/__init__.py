"""Data: labelled square pictures. They are bundled, or come from a file."""
