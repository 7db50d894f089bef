"""Data: labelled 28 x 28 digits, bundled or from a file."""
