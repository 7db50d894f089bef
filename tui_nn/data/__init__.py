"""Data: labelled square pictures, which are bundled with the program or read from a file."""
