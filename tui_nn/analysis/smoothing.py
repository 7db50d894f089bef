"""The exponential moving average of a curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LEFT_OUT = 1e-6
"""The moving average leaves out old values whose weights together are less than this number."""


def smoothed(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the exponential moving average of a curve, of the same shape: s₀ = x₀, s_k = share · s_{k−1} + (1 − share) · x_k.

    `share` is from 0 (the curve itself) to below 1. A value that is not finite stays unchanged, and the average
    continues from the last finite value.
    """
    finite = np.isfinite(values)
    if share == 0 or not finite.any():
        return values
    # Each value that is not finite is replaced by the last finite value before it, or by the first finite value if none comes
    # before it.
    last = np.maximum.accumulate(np.where(finite, np.arange(len(values)), -1))
    filled = values[np.where(last < 0, int(np.argmax(finite)), last)]
    # A convolution treats values before x₀ as 0. So it is applied to the differences from x₀, which begin at 0.
    weights = (1 - share) * share ** np.arange(math.ceil(math.log(_LEFT_OUT) / math.log(share)))
    average = filled[0] + np.convolve(filled - filled[0], weights)[: len(values)]
    return np.where(finite, average, values)
