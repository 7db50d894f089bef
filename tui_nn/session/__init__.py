"""A training run: the only object below the screens whose state changes."""
