"""Augmentation: random changes to the pictures of a batch, so that the network rarely sees the same picture twice.

Only training changes pictures, and every example gets a random change of its own. To add an augmentation, add a row to
the table AUGMENTATIONS. The form, the flags, the help and the tests read it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.parameters import Array, frozen

ANGLES = 512
"""The number of evenly spaced angles by which a picture can be turned. The pixels of each angle are computed once and cached."""

_BLOCK = 64
"""The number of examples that are moved together.

It is small, so that the indices of their pixels fit into the processor's cache.
"""

Scratch = Callable[[str, tuple[int, ...], DTypeLike], NDArray[Any]]
"""A function of (name, shape, dtype) that returns an array for intermediate results. The next call with the same name
may overwrite it.
"""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """A kind of augmentation, and the function that changes the pictures: one row of the table AUGMENTATIONS."""

    name: str
    label: str
    formula: str
    purpose: str
    apply: Callable[[Array, np.random.Generator, TrainingConfig, float, Scratch], None] | None
    """The function (x, random, config, ink, scratch) that changes x (n, pixels) in place; its values go from 0 to
    `ink`. If there is no function (None), x does not change and no random numbers are drawn.
    """
    uses: tuple[str, ...] = ()
    """The settings that the augmentation uses."""
    source: str = ""
    """The publication of the augmentation."""


def _gaussian(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float, scratch: Scratch) -> None:
    noise = scratch("noise", x.shape, x.dtype)
    random.standard_normal(dtype=x.dtype, out=noise)
    noise *= ink * t.noise_std
    x += noise


def _shift(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float, scratch: Scratch) -> None:
    move(x, random, t.noise_shift, 0.0, scratch)


def _rotation(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float, scratch: Scratch) -> None:
    move(x, random, 0, t.noise_angle, scratch)


def _both(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float, scratch: Scratch) -> None:
    move(x, random, t.noise_shift, t.noise_angle, scratch)


def _new_array(name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    return np.empty(shape, dtype)


def move(x: Array, random: np.random.Generator, shift: int, angle: float, scratch: Scratch = _new_array) -> None:
    """Shift and turn every picture in x (n, side * side) in place, each by a random shift and a random angle.

    `shift` is the largest shift in pixels along each side, and `angle` the largest turn about the centre in degrees.
    """
    pixels, side = x.shape[1], isqrt(x.shape[1])
    turned = _places(side, shift, angle)
    turns = random.integers(0, len(turned), len(x))
    rows_down, columns_right = random.integers(0, 2 * shift + 1, (2, len(x)))
    # A shifted picture is a square cut out of the turned picture. In `turned`, its pixels have the indices `first` +
    # `part_of_turned`.
    width = side + 2 * shift
    first = (turns * width + rows_down) * width + columns_right
    part_of_turned = (np.arange(side)[:, None] * width + np.arange(side)).reshape(-1)
    picked = scratch("picked", (_BLOCK, pixels), np.intp)
    places = scratch("places", (_BLOCK, pixels), np.intp)
    # Each picture gets one more pixel at its end, with the value 0. Pixels from outside the picture get this value.
    source = scratch("pictures", (_BLOCK, pixels + 1), x.dtype)
    source[:, pixels] = 0
    starts = np.arange(0, source.size, pixels + 1)[:, None]
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        rows = len(block)
        source[:rows, :pixels] = block
        np.add(first[start : start + rows, None], part_of_turned, out=picked[:rows])
        np.take(turned.reshape(-1), picked[:rows], out=places[:rows], mode="clip")
        places[:rows] += starts[:rows]
        np.take(source.reshape(-1), places[:rows], out=block, mode="clip")


@lru_cache(maxsize=4)
def _places(side: int, shift: int, angle: float) -> NDArray[np.intp]:
    """Return, for each angle, the index of the original pixel from which each pixel of the turned picture comes.

    For a point outside the original picture, the index is side². A turned picture is larger than the original by
    `shift` pixels on each side, so the result has the shape (angles, side + 2 · shift, side + 2 · shift). Each square
    of side × side pixels in it is a turned and shifted picture. The row and column at which the square begins, from 0
    to 2 · shift, determine the shift.
    """
    turn = np.radians(angle * np.linspace(-1, 1, ANGLES if angle else 1))[:, None, None]
    middle = (side - 1) / 2
    row, column = np.indices((side + 2 * shift, side + 2 * shift))[:, None] - shift - middle
    from_row = np.rint(row * np.cos(turn) + column * np.sin(turn) + middle).astype(np.intp)
    from_column = np.rint(column * np.cos(turn) - row * np.sin(turn) + middle).astype(np.intp)
    outside = (from_row < 0) | (from_row >= side) | (from_column < 0) | (from_column >= side)
    places = np.where(outside, side * side, from_row * side + from_column).astype(np.intp)
    frozen(places)
    return places


AUGMENTATIONS = {
    row.name: row
    for row in (
        Augmentation("none", "none", "x = pixels / 255", "the pictures are not changed", None),
        Augmentation(
            "gaussian", "gaussian", "x + std × normal", "makes each pixel a little lighter or darker", _gaussian,
            uses=("noise_std",), source="Bishop 1995",
        ),
        Augmentation(
            "shift", "shift", "x moved by −shift to +shift pixels", "moves each picture in a random direction", _shift,
            uses=("noise_shift",), source="Simard et al. 2003",
        ),
        Augmentation(
            "rotation", "turn", "x turned by −angle to +angle", "turns each picture a few degrees left or right", _rotation,
            uses=("noise_angle",), source="Simard et al. 2003",
        ),
        Augmentation(
            "shift_rotation", "shift + turn", "x moved and turned", "moves and turns each picture", _both,
            uses=("noise_shift", "noise_angle"), source="Cireşan et al. 2010",
        ),
    )
}  # fmt: skip
