"""One training run: the session, its history, its branches and its snapshots."""
