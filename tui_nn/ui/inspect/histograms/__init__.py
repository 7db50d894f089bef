"""The histograms view: the values of each layer."""
