"""The test map view: it places the test examples by the outputs of a layer."""
