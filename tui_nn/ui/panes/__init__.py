"""The panes, each with its own keys."""
