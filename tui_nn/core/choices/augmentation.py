"""What is done to the pixels of a batch before they enter the network: the same digits, and never twice the same.

Only training sees it. Every example draws its own. To add a noise, add a row to the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.fast.scratch import scratch
from tui_nn.core.parameters import Array, frozen

SIDE = 28
PIXELS = SIDE * SIDE

MOTIONS = 512
"""Ways to move an image that an example draws from. Their indices take 3 MiB, and are found in a cache."""

_BLOCK = 64
"""Examples moved at once: their indices then stay in a cache too."""


@dataclass(frozen=True, slots=True)
class Noise:
    """One row of the table."""

    name: str
    label: str
    formula: str
    purpose: str
    apply: Callable[[Array, np.random.Generator, TrainingConfig, float], None] | None
    """(x, random, config, ink): changes x, (n, 784) from 0 to `ink`, in place. None: nothing is done, or drawn."""
    uses: tuple[str, ...] = ()
    """The settings that it goes by."""
    source: str = ""
    """Where it comes from: who first wrote of it, or whose form this is."""


def _gaussian(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float) -> None:
    room = scratch("noise", x.shape, x.dtype)
    random.standard_normal(dtype=x.dtype, out=room)
    room *= ink * t.noise_std
    x += room


def _shift(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float) -> None:
    move(x, random, t.noise_shift, 0.0)


def _rotation(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float) -> None:
    move(x, random, 0, t.noise_angle)


def _both(x: Array, random: np.random.Generator, t: TrainingConfig, ink: float) -> None:
    move(x, random, t.noise_shift, t.noise_angle)


def move(x: Array, random: np.random.Generator, shift: int, angle: float) -> None:
    """Shift and turn every image, each its own way; x (n, 784) is changed in place.

    `shift` is the farthest in pixels, along each side; `angle` the largest in degrees, either way about the centre.
    """
    motions = _motions(shift, angle)
    drawn = random.integers(0, MOTIONS, len(x))
    place = scratch("places", (_BLOCK, PIXELS), np.intp)
    # Each image with one black pixel more at its end, where all comes from that lies outside.
    source = scratch("images", (_BLOCK, PIXELS + 1), x.dtype)
    source[:, PIXELS] = 0
    starts = np.arange(0, source.size, PIXELS + 1)[:, None]
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        rows = len(block)
        source[:rows, :PIXELS] = block
        np.take(motions, drawn[start : start + rows], axis=0, out=place[:rows], mode="clip")
        place[:rows] += starts[:rows]
        np.take(source.reshape(-1), place[:rows], out=block, mode="clip")


@lru_cache(maxsize=4)
def _motions(shift: int, angle: float) -> NDArray[np.intp]:
    """For each motion where every pixel comes from, (MOTIONS, 784): the nearest, 784 if it lies outside."""
    random = np.random.default_rng((shift, MOTIONS))
    down, right = random.integers(-shift, shift + 1, (2, MOTIONS, 1))
    # Spread evenly over the angles, in an order that has nothing to do with the shifts.
    turn = np.radians(angle * np.linspace(-1, 1, MOTIONS))[:, None]
    middle = (SIDE - 1) / 2
    row, column = (grid.reshape(1, -1) for grid in np.indices((SIDE, SIDE)) - middle)
    row, column = row - down, column - right
    from_row = np.rint(row * np.cos(turn) + column * np.sin(turn) + middle).astype(np.intp)
    from_column = np.rint(column * np.cos(turn) - row * np.sin(turn) + middle).astype(np.intp)
    outside = (from_row < 0) | (from_row >= SIDE) | (from_column < 0) | (from_column >= SIDE)
    places = np.where(outside, PIXELS, from_row * SIDE + from_column)
    frozen(places)
    return places


NOISES = {
    row.name: row
    for row in (
        Noise("none", "none", "x = pixels / 255", "the pictures stay as they are", None),
        Noise(
            "gaussian", "gaussian", "x + std × normal", "makes each pixel a little lighter or darker", _gaussian,
            uses=("noise_std",), source="Bishop 1995",
        ),
        Noise(
            "shift", "shift", "x moved by up to shift pixels", "trains on pictures that are not centred", _shift,
            uses=("noise_shift",), source="Simard et al. 2003",
        ),
        Noise(
            "rotation", "turn", "x turned by up to angle", "trains on pictures that lean", _rotation,
            uses=("noise_angle",), source="Simard et al. 2003",
        ),
        Noise(
            "shift_rotation", "shift + turn", "x moved and turned", "makes the most varied pictures from the same data", _both,
            uses=("noise_shift", "noise_angle"), source="Cireşan et al. 2010",
        ),
    )
}  # fmt: skip
