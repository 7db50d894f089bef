"""The Train pane: loss curves, numbers, branches and the answers to each digit."""
