"""A training run. It is the only object outside the user interface whose state changes."""
