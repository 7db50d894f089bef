"""The unit view: what one unit responds to."""
