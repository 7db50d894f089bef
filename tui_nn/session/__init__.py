"""A training run: the only thing below the screens that changes."""
