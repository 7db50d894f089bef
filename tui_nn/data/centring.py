"""Scaling and centring, which make a drawn or photographed digit look like the digits of MNIST.

From MNIST's page (LeCun, Cortes, Burges, yann.lecun.com/exdb/mnist): the digits "were size normalized to fit in a 20x20 pixel box
while preserving their aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing technique used", and
they "were centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to position this
point at the center of the 28x28 field". In the files the centre of mass is at pixel 14, counted from 0, to the nearest whole pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import IMAGE_SIDE, Bytes

BOX = 20
"""The length of the longer side of a digit, in pixels, in a picture of `IMAGE_SIDE` pixels."""

_FAINT = 0.1
"""A pixel with less than this share of the darkest ink counts as paper. Otherwise, the grain of the paper would widen the box
around the digit.
"""

Ink = NDArray[np.float64]
"""The ink of each pixel, shape (h, w). The value is 0 for paper and larger for darker ink."""


def centre(ink: Ink, side: int = IMAGE_SIDE) -> Bytes:
    """Scale and centre a drawing as MNIST does, and return it as uint8 (side * side,).

    The darkest pixel becomes 255. Without any ink, all pixels are 0.
    """
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


def _resampling(size: int, out: int) -> Ink:
    """Return the weight of each of `size` old pixels in each of `out` new pixels, shape (out, size). Each row sums to 1.

    The weight of an old pixel falls linearly with its distance from the new pixel. At a distance of one pixel of the
    coarser grid, it is 0. A picture that becomes smaller is blurred, and one that becomes larger is interpolated.
    """
    scale = size / out
    middles = (np.arange(out) + 0.5) * scale
    distances = np.abs(middles[:, None] - (np.arange(size) + 0.5)) / max(scale, 1)
    weights: Ink = np.clip(1 - distances, 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _place(profile: Ink, side: int) -> int:
    """Return the row or column at which a digit must begin so that its centre of mass is in the middle of the picture.

    `profile` is the ink of each row or column of the digit. `side` is the side of the picture in pixels.
    """
    mass = float(profile @ np.arange(len(profile)) / profile.sum())
    return min(max(round(side // 2 - mass), 0), side - len(profile))
