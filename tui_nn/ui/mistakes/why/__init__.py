"""The why view: which pixels and units led to a prediction.

`pixels` draws the picture and the map of pixel × gradient, `hidden_units` the units and `neighbours` the nearest examples, all
from the numbers of `tui_nn.analysis.why`.
"""
