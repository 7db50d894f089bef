"""How weights start. Every row draws one matrix, shape (fan_in, fan_out), from a source of randomness it is given.

Variances: 2/fan_in (he), 2/(fan_in + fan_out) (xavier), 1/fan_in (lecun). A uniform
distribution from −b to b has variance b²/3, so its bound is √3 times the std.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Random = np.random.Generator | np.random.RandomState
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Initializer:
    """One row of the table."""

    name: str
    formula: str
    purpose: str
    draw: Callable[[Random, int, int, float], Matrix]
    """(random, fan_in, fan_out, scale) -> float64 (fan_in, fan_out); `scale` is a std, bound or value set by hand."""
    std: Callable[[int, int, float], float]
    """(fan_in, fan_out, scale) -> the standard deviation that the drawn weights have."""
    uses: tuple[str, ...] = ()
    """The settings that it goes by."""

    @property
    def source(self) -> str:
        """Where it comes from; "" for those whose spread is chosen by hand."""
        return _SOURCES.get(self.name.partition("_")[0], "")


_BY_HAND = ("weight_init_scale",)
_SOURCES = {"he": "He et al. 2015", "xavier": "Glorot & Bengio 2010", "lecun": "LeCun et al. 1998"}


def _normal(
    name: str, formula: str, purpose: str, std: Callable[[int, int, float], float], uses: tuple[str, ...] = ()
) -> Initializer:
    def draw(random: Random, fan_in: int, fan_out: int, scale: float) -> Matrix:
        return random.standard_normal((fan_in, fan_out)) * std(fan_in, fan_out, scale)

    return Initializer(name, formula, purpose, draw, std, uses)


def _uniform(
    name: str, formula: str, purpose: str, bound: Callable[[int, int, float], float], uses: tuple[str, ...] = ()
) -> Initializer:
    def draw(random: Random, fan_in: int, fan_out: int, scale: float) -> Matrix:
        # 2u − 1 in this order: notebook 003 draws so, and its printed results depend on the last bit.
        return (2 * random.random((fan_in, fan_out)) - 1) * bound(fan_in, fan_out, scale)

    return Initializer(name, formula, purpose, draw, lambda i, o, s: bound(i, o, s) / sqrt(3), uses)


def _constant(name: str, formula: str, purpose: str, value: float | None) -> Initializer:
    def draw(random: Random, fan_in: int, fan_out: int, scale: float) -> Matrix:
        return np.full((fan_in, fan_out), scale if value is None else value)

    return Initializer(name, formula, purpose, draw, lambda *_: 0.0, _BY_HAND if value is None else ())


INITIALIZERS: dict[str, Initializer] = {
    row.name: row
    for row in (
        _normal(
            "he_normal",
            "std √(2/fan_in)",
            "keeps signals equally strong through relu layers",
            lambda i, o, s: sqrt(2 / i),
        ),
        _uniform(
            "he_uniform",
            "std √(2/fan_in), uniform",
            "like he_normal, without extreme weights",
            lambda i, o, s: sqrt(6 / i),
        ),
        _normal(
            "xavier_normal",
            "std √(2/(fan_in+fan_out))",
            "keeps signals equally strong through tanh layers",
            lambda i, o, s: sqrt(2 / (i + o)),
        ),
        _uniform(
            "xavier_uniform",
            "std √(2/(fan_in+fan_out)), uniform",
            "xavier_normal without extreme weights",
            lambda i, o, s: sqrt(6 / (i + o)),
        ),
        _normal(
            "lecun_normal",
            "std √(1/fan_in)",
            "keeps signals equally strong where the slope is 1",
            lambda i, o, s: sqrt(1 / i),
        ),
        _uniform(
            "lecun_uniform",
            "std √(1/fan_in), uniform",
            "like lecun_normal, without extreme weights",
            lambda i, o, s: sqrt(3 / i),
        ),
        _normal(
            "normal", "std = init scale", "all layers share one spread that you choose", lambda i, o, s: s, _BY_HAND
        ),
        _uniform(
            "uniform", "from −scale to scale", "all layers share one range that you choose", lambda i, o, s: s, _BY_HAND
        ),
        _constant("zeros", "w = 0", "every unit stays the same; try it once to see why it fails", 0.0),
        _constant("constant", "w = init scale", "all units of a layer stay the same; see why it fails", None),
    )
}


def source_of(seed: int, generator: str, *purpose: int) -> Random:
    """Randomness for one purpose, derived from the seed alone, so that any part of a run can be drawn again by itself.

    "legacy" is numpy.random.RandomState, which the notebooks used; it knows no purposes.
    """
    return np.random.RandomState(seed) if generator == "legacy" else np.random.default_rng((seed, *purpose))


def draw_biases(name: str, random: Random, size: int, scale: float) -> NDArray[Any]:
    """Biases of one layer, shape (size,): "zeros", or "normal" with std `scale`."""
    return random.standard_normal(size) * scale if name == "normal" else np.zeros(size)
