"""The Train pane: loss curves, numbers, branches and the predictions for each class."""
