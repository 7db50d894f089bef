"""The list view: misread digits, worst first."""
