"""The example view: one picture, the activations that it causes in each layer, and the network's outputs."""
