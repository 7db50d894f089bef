"""The Configure pane: the form of all settings, and what a change would do."""
