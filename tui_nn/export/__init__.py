"""Work that leaves the program: scripts and notebooks that train a run again, its weights, and its confusion matrix."""
