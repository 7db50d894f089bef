"""Reports of training: the steps of an update and their results, statistics of the layers, and accuracies."""
