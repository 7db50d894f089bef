"""The example view: one digit on its way through the network."""
