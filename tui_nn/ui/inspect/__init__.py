"""The Inspect pane: nine views of what the layers and units of the network compute."""
