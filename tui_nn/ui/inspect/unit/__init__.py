"""The unit view: the weights of one unit, the examples for which it is active, and its effect on the next layer."""
