"""Pictures as text: characters as shades of grey for terminals without colours, and Braille for small pictures."""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Pixels

SIDE = 28
"""The number of pixels along each side of a picture on the screen. Pictures of other sizes are enlarged or reduced to it."""

RAMP = " .:-=+*#%@"
"""The characters for ten shades of grey, from no ink to full ink."""

THRESHOLD = 85
"""The ink, from 0 to 255, from which a Braille dot is set."""

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit that each of the 4 x 2 dots sets in the code of a Braille character (from U+2800)."""


def side_of(image: Array | Pixels) -> int:
    """Return the side of a flat square picture, in pixels."""
    return isqrt(image.size)


def on_screen(image: Array | Pixels) -> NDArray[np.float64]:
    """Return a flat square picture as an array (28, 28). A smaller picture repeats pixels, and a larger one averages them."""
    side = side_of(image)
    pixels = image.reshape(side, side).astype(np.float64)
    if side > SIDE:
        return _averages(pixels, SIDE, SIDE)
    places = np.arange(SIDE) * side // SIDE
    return pixels[np.ix_(places, places)]


def to_screen(pixel: int, side: int) -> int:
    """Return the screen row (or column), 0 to 27, where row (or column) `pixel` of a picture begins."""
    return -(-pixel * SIDE // side) if side <= SIDE else pixel * SIDE // side


def from_screen(place: int, side: int) -> int:
    """Return the row (or column) of a picture that is drawn in the screen row (or column) `place`, 0 to 27."""
    return place * side // SIDE


def shades(image: Pixels, columns: int = SIDE, rows: int = SIDE // 2) -> list[str]:
    """Return a picture in the ten shades of `RAMP`, one string for each row.

    28 x 14 cells look about as wide as high. Each cell shows the average ink of the part of the picture that it covers.

    Args:
        image: the picture, uint8 (side * side,), 0 to 255.
        columns: the width in cells.
        rows: the number of rows.
    """
    side = side_of(image)
    pixels = image.reshape(side, side).astype(np.float64)
    ink = _averages(pixels, rows, columns)
    levels = np.rint(ink / 255 * (len(RAMP) - 1)).astype(int)
    return ["".join(RAMP[level] for level in row) for row in levels]


def braille(image: Pixels, columns: int = 6, rows: int = 3) -> list[str]:
    """Return a thumbnail in Braille, two by four dots in each cell, one string for each row.

    Pictures of 28 x 28 pixels, such as those of MNIST, have an empty margin. The thumbnail shows the middle of such a
    picture at the largest scale that uses whole pixels: 6 x 3 cells show the middle 24 x 24 pixels, halved, and 10 x 5
    cells show the middle 20 x 20. Any other picture is shown whole.

    Args:
        image: uint8 (side * side,), 0 to 255.
        columns: cells across.
        rows: cells down.
    """
    across, down, side = 2 * columns, 4 * rows, side_of(image)
    pixels = image.reshape(side, side).astype(np.float64)
    a_dot = side // max(across, down)
    if side == SIDE and a_dot:
        top, left = (side - down * a_dot) // 2, (side - across * a_dot) // 2
        middle = pixels[top : top + down * a_dot, left : left + across * a_dot]
        ink = middle.reshape(down, a_dot, across, a_dot).mean(axis=(1, 3))
    else:
        ink = _averages(pixels, down, across)
    dots = ink >= THRESHOLD
    codes = 0x2800 + (dots.reshape(rows, 4, columns, 2) * _DOTS[:, None, :]).sum(axis=(1, 3))
    return ["".join(map(chr, row)) for row in codes]


def _averages(pixels: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Divide a square picture (side, side) into rows x columns cells. Return the average of each cell, shape (rows, columns).

    The sums are whole numbers, so they are exact in any order, and every computer draws the same characters.
    """
    side = len(pixels)
    averages: NDArray[np.float64] = _shares(rows, side) @ pixels @ _shares(columns, side).T / side**2
    return averages


def _shares(cells: int, side: int) -> NDArray[np.float64]:
    """Return how much of each pixel along a side lies in each cell along that side, shape (cells, side), in whole numbers.

    The numbers are lengths in units of 1/`cells` of a pixel. So a pixel has the length `cells`, and each row (a cell)
    has the sum `side`.
    """
    cell, pixel = np.arange(cells)[:, None], np.arange(side)
    overlap = np.minimum((cell + 1) * side, (pixel + 1) * cells) - np.maximum(cell * side, pixel * cells)
    return np.asarray(np.clip(overlap, 0, None), np.float64)
