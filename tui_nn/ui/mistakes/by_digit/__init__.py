"""The by-digit view: how well each digit is recognised, epoch by epoch."""
