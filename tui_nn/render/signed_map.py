"""Signed pictures: each pixel has a weight, a product or a gradient, drawn from strongly negative to strongly positive."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array

SIGNED = 4
"""The strongest level of colour of a positive value. The strongest level of a negative value is −SIGNED."""
BACKGROUND = 0.14
"""A value whose size is below this share of the scale is drawn as background, because its sign is probably noise."""
QUANTILE = 0.99
"""The quantile of |v| that gets the strongest level. If the maximum got it, one extreme value would make all others pale."""
SIGNED_GLYPHS = " ++##==--"
"""The character that draws each level of a value. Negative levels count from the end, so index -1 is the weakest negative level."""
NO_NUMBER = "!"
"""The character for NaN and infinity."""


def map_scale(*arrays: Array) -> float:
    """Return the value that gets the strongest level in a picture of these arrays: the 99th percentile of |v|.

    The result is the largest |v| if almost all values are 0, 0 if all values are 0, and NaN if no value is finite.
    """
    sizes = np.abs(np.concatenate([values.ravel() for values in arrays]).astype(np.float64))
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return math.nan
    return float(np.quantile(sizes, QUANTILE)) or float(sizes.max())


def signed_levels(values: Array, scale: float) -> NDArray[np.int64]:
    """Return the level of each value, an integer from −`SIGNED` to `SIGNED`; 0 is background. `values` may have any shape.

    Values that are not finite get level 0.
    """
    with np.errstate(all="ignore"):
        share = np.where(np.isfinite(values), values, 0).astype(np.float64) / (scale if scale > 0 else 1.0)
    strength = np.ceil((np.abs(share) - BACKGROUND) / (1 - BACKGROUND) * SIGNED - 1e-6)
    levels: NDArray[np.int64] = (np.sign(share) * np.clip(strength, 0, SIGNED)).astype(np.int64)
    return levels


def glyph_rows(values: Array, scale: float, zoom: bool = False) -> list[str]:
    """Return a picture in characters, one string for each row.

    `-` and `=` are small and large values below 0, `+` and `#` are small and large values above 0, and `!` is not
    finite. Each cell shows the mean of two pixels, one above the other; with `zoom` each pixel is two cells wide.

    Args:
        values: (rows, columns). Zeros are added below an odd last row.
        scale: the value that gets the strongest character.
        zoom: True if the picture is drawn twice as large.
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
    """Return the upper and the lower pixel of each cell, shape (rows of cells, 2, columns), of a picture (rows, columns).

    Two rows of pixels share a row of cells, and zeros are added below an odd last row. With `zoom`, each pixel fills
    both halves of a cell.
    """
    if zoom:
        return np.stack([values, values], axis=1).astype(np.float64)
    rows, columns = values.shape
    padded = np.zeros((rows + rows % 2, columns))
    padded[:rows] = values
    return padded.reshape(-1, 2, columns)
