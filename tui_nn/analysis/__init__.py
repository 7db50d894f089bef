"""Analyses of arrays and networks: attribution, calibration, projection, gradient check and others. They never train."""
