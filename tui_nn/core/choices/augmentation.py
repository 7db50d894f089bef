"""Augmentation: random changes to the pictures of a batch, so that the network rarely sees the same picture twice.

Only training does this, and every example draws its own change. To add an augmentation, add a row to the table: form, flags,
help and tests find it there.
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

MOTIONS = 512
"""The number of ways to move a picture. Their indices for 28 x 28 pixels take 3 MiB, which fit into a cache."""

_BLOCK = 64
"""The number of examples that are moved together, so that their indices fit into a cache too."""

Scratch = Callable[[str, tuple[int, ...], DTypeLike], NDArray[Any]]
"""A function of (name, shape, dtype): it returns an array with any contents, valid until the next call with this name."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One row of the table."""

    name: str
    label: str
    formula: str
    purpose: str
    apply: Callable[[Array, np.random.Generator, TrainingConfig, float, Scratch], None] | None
    """(x, random, config, ink, scratch): changes x (n, pixels), whose values go from 0 to `ink`, in place. If it is None, x
    stays as it is and no random numbers are drawn."""
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
    """Shift and turn every picture in its own random way; x (n, side * side) is changed in place.

    `shift` is the largest shift in pixels along each side, and `angle` the largest turn about the centre in degrees.
    """
    pixels = x.shape[1]
    motions = _motions(isqrt(pixels), shift, angle)
    drawn = random.integers(0, MOTIONS, len(x))
    places = scratch("places", (_BLOCK, pixels), np.intp)
    # Each picture has one more pixel at its end, which is 0: pixels from outside the picture are taken from there.
    source = scratch("pictures", (_BLOCK, pixels + 1), x.dtype)
    source[:, pixels] = 0
    starts = np.arange(0, source.size, pixels + 1)[:, None]
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        rows = len(block)
        source[:rows, :pixels] = block
        np.take(motions, drawn[start : start + rows], axis=0, out=places[:rows], mode="clip")
        places[:rows] += starts[:rows]
        np.take(source.reshape(-1), places[:rows], out=block, mode="clip")


@lru_cache(maxsize=4)
def _motions(side: int, shift: int, angle: float) -> NDArray[np.intp]:
    """Return for each motion the source of every pixel, (MOTIONS, side²): the index of the nearest pixel, or side² for outside."""
    random = np.random.default_rng((shift, MOTIONS))
    down, right = random.integers(-shift, shift + 1, (2, MOTIONS, 1))
    # The angles are evenly spaced. The shifts were drawn at random, so both are independent.
    turn = np.radians(angle * np.linspace(-1, 1, MOTIONS))[:, None]
    middle = (side - 1) / 2
    row, column = (grid.reshape(1, -1) for grid in np.indices((side, side)) - middle)
    row, column = row - down, column - right
    from_row = np.rint(row * np.cos(turn) + column * np.sin(turn) + middle).astype(np.intp)
    from_column = np.rint(column * np.cos(turn) - row * np.sin(turn) + middle).astype(np.intp)
    outside = (from_row < 0) | (from_row >= side) | (from_column < 0) | (from_column >= side)
    places = np.where(outside, side * side, from_row * side + from_column)
    frozen(places)
    return places


AUGMENTATIONS = {
    row.name: row
    for row in (
        Augmentation("none", "none", "x = pixels / 255", "the pictures stay as they are", None),
        Augmentation(
            "gaussian", "gaussian", "x + std × normal", "makes each pixel a little lighter or darker", _gaussian,
            uses=("noise_std",), source="Bishop 1995",
        ),
        Augmentation(
            "shift", "shift", "x moved by up to shift pixels", "trains on pictures that are not centred", _shift,
            uses=("noise_shift",), source="Simard et al. 2003",
        ),
        Augmentation(
            "rotation", "turn", "x turned by up to angle", "trains on pictures that lean", _rotation,
            uses=("noise_angle",), source="Simard et al. 2003",
        ),
        Augmentation(
            "shift_rotation", "shift + turn", "x moved and turned", "makes the most varied pictures from the same data", _both,
            uses=("noise_shift", "noise_angle"), source="Cireşan et al. 2010",
        ),
    )
}  # fmt: skip
