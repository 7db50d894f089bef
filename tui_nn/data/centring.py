"""How a picture of a digit becomes one of MNIST's: scaled, anti-aliased and centred as they are.

From MNIST's page (LeCun, Cortes, Burges, yann.lecun.com/exdb/mnist): the digits "were size normalized to fit in a 20x20
pixel box while preserving their aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing
technique used", and they "were centered in a 28x28 image by computing the center of mass of the pixels, and translating
the image so as to position this point at the center of the 28x28 field". In the files the centre of mass is at pixel 14,
counted from 0, to the nearest whole pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import IMAGE_SIDE, Bytes, DataError

BOX = 20
"""How many pixels the longer side of a digit has in a picture of `IMAGE_SIDE`."""

_FAINT = 0.1
"""Share of the darkest ink below which a pixel is none: the grain of paper must not widen the box."""

FLAT = 25
"""Of 255: with less between paper and ink there is nothing written."""

Ink = NDArray[np.float64]
"""(h, w): 0 paper, larger is darker."""


def centre(ink: Ink, side: int = IMAGE_SIDE) -> Bytes:
    """Scale and centre a drawing as MNIST does: uint8 (side * side,), the darkest pixel 255. All 0 if there is no ink."""
    image = np.zeros((side, side))
    peak = float(ink.max(initial=0.0))
    if peak > 0:
        inked = ink > _FAINT * peak
        rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
        box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        longer, fitted = max(box.shape), round(BOX * side / IMAGE_SIDE)
        height, width = (max(1, round(fitted * length / longer)) for length in box.shape)
        small = _resampling(box.shape[0], height) @ box @ _resampling(box.shape[1], width).T
        top, left = _place(small.sum(axis=1), side), _place(small.sum(axis=0), side)
        image[top : top + height, left : left + width] = small / small.max() * 255
    return np.rint(image).astype(np.uint8).reshape(-1)


def ink_of(grey: Bytes) -> tuple[Ink, bool]:
    """The ink of a grey picture, uint8 (h, w), and whether it is dark on light: what its edge is made of is paper.

    Raises:
        DataError: if there is hardly a difference between paper and ink.
    """
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(edge))
    darker, lighter = paper - float(grey.min()), float(grey.max()) - paper
    if max(darker, lighter) < FLAT:
        raise DataError("there is no digit to be seen on it; give one with dark strokes on light paper, or the reverse")
    dark = darker >= lighter
    difference = paper - grey if dark else grey - paper
    return np.clip(difference, 0, None), dark


def _resampling(size: int, out: int) -> Ink:
    """How much of each of `size` pixels along a side goes into each of `out`: (out, size), rows sum to 1.

    A triangle as wide as a pixel of the coarser side: it blurs what is made smaller, and joins what is made larger.
    """
    scale = size / out
    middles = (np.arange(out) + 0.5) * scale
    distances = np.abs(middles[:, None] - (np.arange(size) + 0.5)) / max(scale, 1)
    weights: Ink = np.clip(1 - distances, 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _place(profile: Ink, side: int) -> int:
    """Where a side with this much ink at each pixel begins, so that its centre of mass is at the centre."""
    mass = float(profile @ np.arange(len(profile)) / profile.sum())
    return min(max(round(side // 2 - mass), 0), side - len(profile))
