"""The exponential moving average of a curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LEFT_OUT = 1e-6
"""The moving average leaves out the oldest values when their weights add up to less than this number."""


def smoothed(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the exponential moving average of a curve, of the same shape: s₀ = x₀, s_k = share · s_{k−1} + (1 − share) · x_k.

    `share` is from 0 (the curve itself) to below 1. A value that is not finite stays unchanged, and the average
    continues from the last finite value.
    """
    finite = np.isfinite(values)
    if share == 0 or not finite.any():
        return values
    # A value that is not finite is replaced by the last finite value. If no finite value comes before it, the first
    # finite value replaces it.
    last = np.maximum.accumulate(np.where(finite, np.arange(len(values)), -1))
    filled = values[np.where(last < 0, int(np.argmax(finite)), last)]
    # The differences from x₀ begin at 0, so a convolution of these differences with the weights gives their average.
    weights = (1 - share) * share ** np.arange(math.ceil(math.log(_LEFT_OUT) / math.log(share)))
    average = filled[0] + np.convolve(filled - filled[0], weights)[: len(values)]
    return np.where(finite, average, values)
