"""The test map view: a map on which test examples with similar activations in a layer lie close together."""
