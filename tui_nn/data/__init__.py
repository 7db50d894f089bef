"""Data: labelled square pictures, bundled or from a file."""
