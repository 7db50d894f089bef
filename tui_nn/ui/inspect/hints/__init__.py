"""The hints view: what goes wrong, with the numbers that show it."""
