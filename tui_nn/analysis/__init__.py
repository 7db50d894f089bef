"""Analyses of arrays and networks: attribution, calibration, projection, gradient check and others. No analysis trains
a network.
"""
