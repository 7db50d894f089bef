"""Histograms: how many values of an array lie in each of some bins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, frozen

_TAIL = 0.005
_ENOUGH = 50_000
"""A sample of so many values is enough to find where the tails begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """The number of values in each bin; all bins have one width."""

    counts: NDArray[np.int64]
    """(bins,), read-only."""
    low: float
    high: float
    """The outer edges."""


def sample(values: Array, most: int) -> Array:
    """Return at most `most` values of an array of any shape, (count,), equally many from each column."""
    step = -(-values.size // most)
    while math.gcd(step, values.shape[-1]) > 1:
        step += 1
    return values.ravel()[::step]


def histogram(values: Array, low: float, high: float, bins: int) -> Histogram:
    """Count values of any shape in `bins` bins from `low` to `high`, low < high.

    Exact zeros are left out: half of what a relu gives is exactly 0, and that spike would flatten the rest. A summary
    has their share.
    """
    # Counted by hand: numpy.histogram checks and sorts for what does not matter here, and takes several times as long.
    with np.errstate(all="ignore"):
        place = (values.ravel().astype(np.float64) - low) * (bins / (high - low))
        inside = (place >= 0) & (place <= bins) & (values.ravel() != 0)
    index = np.minimum(place[inside].astype(np.int64), bins - 1)
    return Histogram(frozen(np.bincount(index, minlength=bins)), low, high)


def histogram_range(*arrays: Array) -> tuple[float, float] | None:
    """From where to where a picture of these arrays together should go; None if there is no finite value but 0.

    The outermost half percent of each at either end is left out: a few stragglers would squeeze the rest into a line.
    Values of both signs get a range with 0 in the middle, others one that starts or ends at 0.
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
