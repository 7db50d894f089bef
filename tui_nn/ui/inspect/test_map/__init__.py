"""The map view: the test digits, placed by what a layer outputs for them."""
