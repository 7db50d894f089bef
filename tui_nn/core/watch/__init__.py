"""The reports of training: the acts of an update, the view of one update, layer statistics and accuracies."""
