"""The exponential moving average of a curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LEFT_OUT = 1e-6
"""If the weights of the earlier values are together smaller than this, these values are left out."""


def smoothed(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the exponential moving average of a curve, of the same shape: s₀ = x₀, s_k = share · s_{k−1} + (1 − share) · x_k.

    `share` is from 0 (the curve itself) to below 1. A value that is not finite stays as it is, and the average goes on
    from the last finite one.
    """
    finite = np.isfinite(values)
    if share == 0 or not finite.any():
        return values
    # A value that is not finite is replaced by the last finite value. If there is none before it, the first finite
    # value replaces it.
    last = np.maximum.accumulate(np.where(finite, np.arange(len(values)), -1))
    filled = values[np.where(last < 0, int(np.argmax(finite)), last)]
    # The average of the differences from x₀ begins at 0, so it is a convolution with the weights.
    weights = (1 - share) * share ** np.arange(math.ceil(math.log(_LEFT_OUT) / math.log(share)))
    average = filled[0] + np.convolve(filled - filled[0], weights)[: len(values)]
    return np.where(finite, average, values)
