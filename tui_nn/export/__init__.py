"""Exports of a run: scripts and notebooks that train the run again, its weights, and its confusion matrix."""
