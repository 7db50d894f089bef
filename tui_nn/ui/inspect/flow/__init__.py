"""The flow view: activations and gradients of every layer over the epochs."""
