"""The arrays of the core, and all numbers that a network learns, as one vector."""

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


class Diverged(ArithmeticError):
    """The error for a loss or a parameter that is NaN or infinite; the message says which."""


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Make an array read-only and return it, so that no code changes it later."""
    array.flags.writeable = False
    return array


class Parameters:
    """One contiguous vector, and a view into it for each weight matrix and each bias.

    The vector holds layer after layer, and in each layer the weights before the biases. Gradients and the optimizer's
    moments have the same layout. An optimizer is therefore a few operations on whole vectors, and a checkpoint is one copy.
    """

    __slots__ = ("biases", "sizes", "vector", "weights")

    def __init__(self, sizes: tuple[int, ...], use_bias: bool, vector: Array) -> None:
        """Use `vector`, which has count_parameters(sizes, use_bias) numbers, as the parameters of layers of these sizes.

        Raises:
            ValueError: if the vector has another length.
        """
        if vector.shape != (expected := count_parameters(sizes, use_bias),):
            raise ValueError(f"layers with the sizes {sizes} need a vector of {expected} numbers, not {vector.shape}")
        self.sizes = sizes
        self.vector = vector
        weights, biases, start = [], [], 0
        for fan_in, fan_out in pairwise(sizes):
            weights.append(vector[start : (start := start + fan_in * fan_out)].reshape(fan_in, fan_out))
            biases.append(vector[start : (start := start + fan_out)] if use_bias else None)
        self.weights: tuple[Array, ...] = tuple(weights)
        """W of each layer, the first layer first. Each is (fan_in, fan_out)."""
        self.biases: tuple[Array | None, ...] = tuple(biases)
        """b of each layer, the first layer first. Each is (fan_out,), or None in a network without biases."""

    @classmethod
    def zeros(cls, network: NetworkConfig) -> Parameters:
        """Return parameters that are all 0, in the layout and dtype of `network`."""
        count = count_parameters(network.sizes, network.use_bias)
        return cls(network.sizes, network.use_bias, np.zeros(count, dtype=network.dtype))

    def like(self, vector: Array) -> Parameters:
        """Return parameters in this layout that use another vector of the same length."""
        return Parameters(self.sizes, self.biases[0] is not None, vector)

    def copy(self) -> Parameters:
        """Return a read-only copy, which training does not change."""
        return self.like(frozen(self.vector.copy()))

    def __repr__(self) -> str:
        """Return the sizes of the layers and the number of parameters."""
        return f"<Parameters of {'-'.join(map(str, self.sizes))}: {len(self.vector):,} {self.vector.dtype} numbers>"

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle would store every view as a copy. The layout and the vector are enough to build the views again.
        return _restore, (self.sizes, self.biases[0] is not None, self.vector, self.vector.flags.writeable)


def _restore(sizes: tuple[int, ...], use_bias: bool, vector: Array, writeable: bool) -> Parameters:
    # Set only the flag for read-only: NumPy refuses to make memory that came from a pickle writeable.
    return Parameters(sizes, use_bias, vector if writeable else frozen(vector))


def count_parameters(sizes: tuple[int, ...], use_bias: bool) -> int:
    """Return the number of parameters of layers of these sizes: fan_in × fan_out weights and fan_out biases for each layer."""
    return sum((fan_in + use_bias) * fan_out for fan_in, fan_out in pairwise(sizes))
