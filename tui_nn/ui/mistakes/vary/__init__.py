"""The vary view: one digit, shifted, rotated and with noise."""
