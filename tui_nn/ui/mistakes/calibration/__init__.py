"""The calibration view: whether the network is right as often as its confidence claims."""
