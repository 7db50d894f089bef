"""The layers view: a table with one row for each layer."""
