"""The Inspect pane: what each layer, unit and example does, in nine views."""
