"""Exports of a run: scripts and notebooks that train it again, its weights, and its confusion matrix."""
