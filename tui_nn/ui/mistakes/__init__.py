"""The Mistakes pane: eight views of the predictions for the test data."""
