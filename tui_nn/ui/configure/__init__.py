"""The Configure pane: the form of all settings, and the network that results from a change."""
