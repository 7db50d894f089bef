"""The arrays of the core, and every number that a network learns, as one vector."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.config.configs import NetworkConfig

Array = NDArray[np.floating[Any]]
"""Floating-point numbers: float32, or float64 where the config asks for it."""

Labels = NDArray[np.integer[Any]]
"""The class number of each example."""

Pixels = NDArray[np.uint8]
"""Pictures as they are stored: (examples, pixels), 0 to 255."""


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Make an array read-only and return it, so that whoever receives it may keep it."""
    array.flags.writeable = False
    return array


class Parameters:
    """One contiguous vector, and a view into it for each weight matrix and bias.

    Gradients and the optimizer's moments have the same layout: an optimizer is a few operations on whole vectors, a
    checkpoint is one copy, and a saved network is one array. Layer follows layer, in each the weights first.
    """

    __slots__ = ("biases", "sizes", "vector", "weights")

    def __init__(self, sizes: tuple[int, ...], use_bias: bool, vector: Array) -> None:
        """View `vector`, shape (count_parameters(sizes, use_bias),), as the parameters of layers of these sizes.

        Raises:
            ValueError: if the vector has another length.
        """
        if vector.shape != (expected := count_parameters(sizes, use_bias),):
            raise ValueError(f"parameters of {sizes} are {expected} numbers, not {vector.shape}")
        self.sizes = sizes
        self.vector = vector
        weights, biases, start = [], [], 0
        for fan_in, fan_out in pairwise(sizes):
            weights.append(vector[start : (start := start + fan_in * fan_out)].reshape(fan_in, fan_out))
            biases.append(vector[start : (start := start + fan_out)] if use_bias else None)
        self.weights: tuple[Array, ...] = tuple(weights)
        """(fan_in, fan_out) each, first layer first."""
        self.biases: tuple[Array | None, ...] = tuple(biases)
        """(fan_out,) each, or None without biases."""

    @classmethod
    def zeros(cls, network: NetworkConfig) -> Parameters:
        """All 0, in the layout and dtype of `network`."""
        count = count_parameters(network.sizes, network.use_bias)
        return cls(network.sizes, network.use_bias, np.zeros(count, dtype=network.dtype))

    def copy(self) -> Parameters:
        """A read-only copy, safe to keep while training goes on."""
        vector = self.vector.copy()
        vector.flags.writeable = False
        return Parameters(self.sizes, self.biases[0] is not None, vector)

    def __reduce__(self) -> tuple[Any, ...]:
        # Views would be pickled as copies; the layout is enough to make them again.
        return _restore, (self.sizes, self.biases[0] is not None, self.vector, self.vector.flags.writeable)


def _restore(sizes: tuple[int, ...], use_bias: bool, vector: Array, writeable: bool) -> Parameters:
    # Not `= writeable`: NumPy refuses to say again that an array is writeable whose memory came with the pickle.
    if not writeable:
        vector.flags.writeable = False
    return Parameters(sizes, use_bias, vector)


def count_parameters(sizes: tuple[int, ...], use_bias: bool) -> int:
    """How many numbers layers of these sizes learn: fan_in × fan_out, and fan_out biases, a layer."""
    return sum((fan_in + use_bias) * fan_out for fan_in, fan_out in pairwise(sizes))
