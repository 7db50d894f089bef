"""Statistics of the activations of each layer, collected while many examples are evaluated."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.activations import Activation
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array

SATURATED = 0.97
"""An activation counts as saturated if its distance from the middle of the function's range is more than this share of
the distance from the middle to a limit. For tanh, this means |a| > 0.97, where the slope is below 0.06 (Karpathy,
makemore 3).
"""


def count_saturated(a: Array, activation: Activation) -> int:
    """Return the number of activations that are saturated, which means near one of the two limits of their function."""
    assert activation.limits is not None
    low, high = activation.limits
    return int(np.count_nonzero(np.abs(a - (low + high) / 2) > SATURATED * (high - low) / 2))


class LayerStatisticsSum:
    """Sums over the examples.

    They give the mean, the spread, the dead units and the saturated activations of one layer.
    """

    def __init__(self, fan_out: int, activation: Activation | None) -> None:
        """Begin without examples. `activation` is the activation function of a hidden layer, or None for the last layer."""
        self._activation = activation
        self._alive = np.zeros(fan_out, dtype=bool)
        self._count = self._saturated = 0
        self._sum = self._squares = 0.0

    def add(self, a: Array) -> None:
        """Add the activations of more examples, shape (rows, fan_out), to the sums."""
        self._count += a.size
        self._sum += float(a.sum(dtype=np.float64))
        self._squares += float(np.einsum("ij,ij->", a, a, dtype=np.float64))
        if self._activation and self._activation.can_die:
            self._alive |= a.any(axis=0)
        if self._activation and self._activation.limits:
            self._saturated += count_saturated(a, self._activation)

    @property
    def mean(self) -> float:
        """The mean of all activations of the layer."""
        return self._sum / self._count

    @property
    def std(self) -> float:
        """The standard deviation of all activations; NaN if one of them is not finite."""
        # For a huge mean, self.mean ** 2 would raise OverflowError. The product self.mean * self.mean becomes infinite
        # instead.
        variance = self._squares / self._count - self.mean * self.mean
        return math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan

    @property
    def dead(self) -> float:
        """The share of units with a = 0 for every example; NaN for activations that cannot die."""
        return 1 - float(self._alive.mean()) if self._activation and self._activation.can_die else math.nan

    @property
    def saturated(self) -> float:
        """The share of saturated activations; NaN for activations without limits."""
        return self._saturated / self._count if self._activation and self._activation.limits else math.nan


class StatisticsWatch:
    """The statistics of all layers. Pass the method `watch` to `evaluate`, which calls it for every chunk."""

    def __init__(self, mlp: MLP) -> None:
        """Begin without examples."""
        hidden = [mlp.activation] * (mlp.config.layer_count - 1)
        kinds = zip(mlp.config.sizes[1:], [*hidden, None], strict=True)
        self.layers = tuple(LayerStatisticsSum(fan_out, activation) for fan_out, activation in kinds)

    def watch(self, layer: int, a: Array) -> None:
        """Add the activations of more examples, shape (rows, fan_out), to the sums of one layer."""
        self.layers[layer].add(a)
