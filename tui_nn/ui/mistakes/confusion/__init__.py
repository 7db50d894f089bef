"""The confusion view: which class the network predicts for the examples of each true class."""
