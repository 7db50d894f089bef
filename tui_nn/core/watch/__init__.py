"""What training reports: the acts of an update, the view of one update, layer statistics and accuracies."""
