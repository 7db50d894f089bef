"""The list view: one example large, and the list of all selected examples."""
