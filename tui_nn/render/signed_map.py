"""Signed pictures: what a weight, a product or a gradient is worth, pixel by pixel, from strongly − to strongly +."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array

SIGNED = 4
"""The strongest level, either way."""
BACKGROUND = 0.14
"""Share of the scale below which a value is background: so near 0 the colour of the sign would be noise."""
QUANTILE = 0.99
"""Of all |v|: the strongest level stands for this one and what is above it. A stray value would pale all others."""
SIGNED_GLYPHS = " ++##==--"
"""By level, the negative ones counted from the end: [-1] is weakly negative."""
NO_NUMBER = "!"
"""In place of what is not finite."""


def map_scale(*arrays: Array) -> float:
    """What the strongest level of a picture of these arrays together stands for: the 99th percentile of |v|.

    The largest |v| where almost all are 0; 0 if all are, NaN if nothing is finite.
    """
    sizes = np.abs(np.concatenate([values.ravel() for values in arrays]).astype(np.float64))
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return math.nan
    return float(np.quantile(sizes, QUANTILE)) or float(sizes.max())


def signed_levels(values: Array, scale: float) -> NDArray[np.int64]:
    """How strongly values of any shape are drawn: −`SIGNED` to `SIGNED`, in steps of equal size; 0 is background.

    What is not finite is 0.
    """
    with np.errstate(all="ignore"):
        share = np.where(np.isfinite(values), values, 0).astype(np.float64) / (scale if scale > 0 else 1.0)
    strength = np.ceil((np.abs(share) - BACKGROUND) / (1 - BACKGROUND) * SIGNED - 1e-6)
    levels: NDArray[np.int64] = (np.sign(share) * np.clip(strength, 0, SIGNED)).astype(np.int64)
    return levels


def glyph_rows(values: Array, scale: float, zoom: bool = False) -> list[str]:
    """A picture in `- =` below 0 and `+ #` above, one string a row; `!` is not a number.

    Pixels are averaged in pairs, one above the other, and have about their proportions; with `zoom` every pixel is
    there, two cells wide.

    Args:
        values: (rows, columns); an odd last row has nothing below it.
        scale: what the strongest glyph stands for.
        zoom: twice as large.
    """
    with np.errstate(all="ignore"):
        cells = stacked(values, zoom).mean(axis=1)
    across = 2 if zoom else 1
    levels = signed_levels(cells, scale)
    return [
        "".join((SIGNED_GLYPHS[level] if known else NO_NUMBER) * across for level, known in zip(*row, strict=True))
        for row in zip(levels.tolist(), np.isfinite(cells).tolist(), strict=True)
    ]


def stacked(values: Array, zoom: bool = False) -> NDArray[np.float64]:
    """What is in the upper and the lower half of every cell: (rows of cells, 2, columns) of (rows, columns).

    Two rows of pixels to a row of cells, with zeros below an odd last one; with `zoom` a row has one of its own.
    """
    if zoom:
        return np.stack([values, values], axis=1).astype(np.float64)
    rows, columns = values.shape
    padded = np.zeros((rows + rows % 2, columns))
    padded[:rows] = values
    return padded.reshape(-1, 2, columns)
