"""Initializers: the random weights and biases that a network starts with.

The variances are 2/fan_in (he), 2/(fan_in + fan_out) (xavier) and 1/fan_in (lecun). A uniform distribution from −b to b
has the variance b²/3, so its bound b is √3 times the standard deviation. To add an initializer, add a row to the table
INITIALIZERS. The form, the flags, the help and the tests read it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.randomness import Purpose, Random, random_source
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters, frozen

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Initializer:
    """A way to draw start weights: one row of the table of initializers."""

    name: str
    formula: str
    purpose: str
    draw: Callable[[Random, int, int, float], Matrix]
    """The function (random, fan_in, fan_out, scale) that returns weights, float64 (fan_in, fan_out).

    `scale` is the setting `weight_init_scale`.
    """
    std: Callable[[int, int, float], float]
    """The function (fan_in, fan_out, scale) that returns the standard deviation of the weights."""
    uses: tuple[str, ...] = ()
    """The settings that the initializer uses."""

    @property
    def source(self) -> str:
        """The publication of the initializer; "" if there is none."""
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
        # Keep this order of operations: the printed results of notebook 003 depend on the last bit.
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
            "keeps signals equally strong through linear layers",
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
            "uniform",
            "uniform from −scale to scale",
            "all layers share one range that you choose",
            lambda i, o, s: s,
            _BY_HAND,
        ),
        _constant("zeros", "w = 0", "all hidden units of a layer stay identical if biases and dropout are 0", 0.0),
        _constant(
            "constant",
            "w = init scale",
            "a layer's hidden units stay identical if bias = dropout = 0",
            None,
        ),
    )
}


def new_network(config: NetworkConfig, seed: int = 0, generator: str = "pcg64") -> MLP:
    """Return a network with random start weights. Equal seeds give equal weights. The random numbers are drawn layer by layer, and
    in each layer for the weights before the biases.
    """
    parameters = Parameters.zeros(config)
    random = random_source(seed, generator, Purpose.WEIGHTS)
    initializer = INITIALIZERS[config.weight_init]
    for weight, bias in zip(parameters.weights, parameters.biases, strict=True):
        fan_in, fan_out = weight.shape
        weight[...] = initializer.draw(random, fan_in, fan_out, config.weight_init_scale)
        if bias is not None:
            bias[...] = draw_biases(config.bias_init, random, len(bias), config.bias_init_scale)
    return MLP(config, parameters)


@lru_cache(1)
def start_network(config: NetworkConfig, seed: int, generator: str) -> MLP:
    """Return the read-only start network of a run, with the weights that `seed` gives. The function caches its last result."""
    parameters = new_network(config, seed, generator).parameters
    for array in (parameters.vector, *parameters.weights, *parameters.biases):
        if array is not None:
            frozen(array)
    return MLP(config, parameters)


def draw_biases(name: str, random: Random, size: int, scale: float) -> NDArray[Any]:
    """Return the start biases of one layer, shape (size,): zeros, or for "normal" random numbers with the standard deviation
    `scale`.
    """
    return random.standard_normal(size) * scale if name == "normal" else np.zeros(size)
