"""What panes are built of."""
