"""Digits as text: in shades of grey where there is no colour, in Braille where there is little room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Pixels

SIDE = 28
"""Pixels along each side of an image."""

RAMP = " .:-=+*#%@"
"""From no ink to full ink."""

THRESHOLD = 85
"""Of 255: a Braille dot is set where there is at least this much ink."""

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each of a Braille character's 4 x 2 dots, counted from U+2800."""


def shades(image: Pixels, columns: int = SIDE, rows: int = SIDE // 2) -> list[str]:
    """A picture in ten shades of `RAMP`, one string a row.

    28 x 14 averages the pixels in pairs, one above the other, and has about their proportions; 56 x 28 has every pixel,
    two cells wide. Any other size takes each cell's share of the pixels under it.

    Args:
        image: uint8 (784,), 0 to 255.
        columns: cells across.
        rows: cells down.
    """
    pixels = image.reshape(SIDE, SIDE).astype(np.float64)
    ink = _shares(rows) @ pixels @ _shares(columns).T
    levels = np.rint(ink / 255 * (len(RAMP) - 1)).astype(int)
    return ["".join(RAMP[level] for level in row) for row in levels]


def braille(image: Pixels, columns: int = 6, rows: int = 3) -> list[str]:
    """A thumbnail in Braille, two by four dots a cell, one string a row.

    It shows the middle of the image, where MNIST's digits are, as large as it can in whole pixels: 6 x 3 cells the
    middle 24 x 24 pixels, halved; 10 x 5 cells the middle 20 x 20, and 14 x 7 all 28 x 28, every pixel a dot.

    Args:
        image: uint8 (784,), 0 to 255.
        columns: cells across, at most 14.
        rows: cells down, at most 7.

    Raises:
        ValueError: if there would be more dots than pixels.
    """
    across, down = 2 * columns, 4 * rows
    side = SIDE // max(across, down)  # Pixels along a dot.
    if side == 0:
        raise ValueError(f"{columns} x {rows} Braille cells have more dots than the {SIDE} x {SIDE} pixels")
    top, left = (SIDE - down * side) // 2, (SIDE - across * side) // 2
    middle = image.reshape(SIDE, SIDE)[top : top + down * side, left : left + across * side]
    dots = middle.reshape(down, side, across, side).mean(axis=(1, 3)) >= THRESHOLD
    codes = 0x2800 + (dots.reshape(rows, 4, columns, 2) * _DOTS[:, None, :]).sum(axis=(1, 3))
    return ["".join(map(chr, row)) for row in codes]


def _shares(cells: int) -> NDArray[np.float64]:
    """How much each of 28 pixels along a side counts in each of `cells` cells along it: (cells, 28), rows sum to 1."""
    edges = np.linspace(0, SIDE, cells + 1)
    pixels = np.arange(SIDE)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    shares: NDArray[np.float64] = np.clip(overlap, 0, None) * cells / SIDE
    return shares
