"""The views of panes that have several: each owns its keys and its look, and is mounted when it is first wanted."""
