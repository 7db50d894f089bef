"""Histograms: the number of values of an array in each of several bins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, frozen

_TAIL = 0.005
"""The share of an array's values that may lie below the range of a histogram, and the same share above it."""
_ENOUGH = 50_000
"""The largest number of values that are used to find the range of a histogram. More values would hardly change it."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """The number of values in each bin; all bins have one width."""

    counts: NDArray[np.int64]
    """The number of values in each bin, shape (bins,), read-only."""
    low: float
    """The lower edge of the first bin."""
    high: float
    """The upper edge of the last bin."""


def sample(values: Array, most: int) -> Array:
    """Return at most `most` values of an array of any shape, as a vector, with about equally many from each column."""
    step = -(-values.size // most)
    while math.gcd(step, values.shape[-1]) > 1:
        step += 1
    return values.ravel()[::step]


def histogram(values: Array, low: float, high: float, bins: int) -> Histogram:
    """Return the number of values in each of `bins` bins from `low` to `high`, low < high, for an array of any shape.

    Exact zeros are left out: about half of the outputs of a relu are exactly 0, and their bar would make all other bars
    look flat. A `Summary` contains the share of zeros.
    """
    # numpy.histogram would also sort and check the values, and take several times as long.
    with np.errstate(all="ignore"):
        place = (values.ravel().astype(np.float64) - low) * (bins / (high - low))
        inside = (place >= 0) & (place <= bins) & (values.ravel() != 0)
    index = np.minimum(place[inside].astype(np.int64), bins - 1)
    return Histogram(frozen(np.bincount(index, minlength=bins)), low, high)


def histogram_range(*arrays: Array) -> tuple[float, float] | None:
    """Return one range (low, high) for histograms of all these arrays; None if they have no finite value except 0.

    The range leaves out half a percent of each array at each end, because a few extreme values would squeeze the others into a
    narrow peak. If there are values of both signs, 0 is in the middle of the range; otherwise it starts or ends at 0.
    """
    ends: list[float] = []
    for values in arrays:
        flat = sample(values, _ENOUGH)
        shown = flat[np.isfinite(flat) & (flat != 0)]
        if shown.size:
            ends += (float(end) for end in np.quantile(shown, (_TAIL, 1 - _TAIL)))
    if not ends:
        return None
    low, high = min(0.0, *ends), max(0.0, *ends)
    if low < 0 < high:
        high = max(-low, high)
        low = -high
    return low, high
