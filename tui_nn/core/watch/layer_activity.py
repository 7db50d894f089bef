"""What the layers of a network do on many examples, counted on the way while these are answered."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.activations import Activation
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array

SATURATED = 0.97
"""How far from the middle of its limits (0) to one of them (1) an activation is near it: |a| of a tanh unit,
above which its slope is below 0.06 (Karpathy, makemore 3)."""


def near_a_limit(a: Array, activation: Activation) -> int:
    """How many of these activations are near a limit of their function, which has two."""
    assert activation.limits is not None
    low, high = activation.limits
    return int(np.count_nonzero(np.abs(a - (low + high) / 2) > SATURATED * (high - low) / 2))


class LayerActivity:
    """Mean, spread, dead and saturated share of one layer's activations, chunk by chunk."""

    def __init__(self, fan_out: int, activation: Activation | None) -> None:
        """Begin with no example; `activation` is that of a hidden layer, None for the outputs."""
        self._activation = activation
        self._alive = np.zeros(fan_out, dtype=bool)
        self._count = self._saturated = 0
        self._sum = self._squares = 0.0

    def add(self, a: Array) -> None:
        """Count the activations of some more examples, (rows, fan_out)."""
        self._count += a.size
        self._sum += float(a.sum(dtype=np.float64))
        self._squares += float(np.einsum("ij,ij->", a, a, dtype=np.float64))
        if self._activation and self._activation.can_die:
            self._alive |= a.any(axis=0)
        if self._activation and self._activation.limits:
            self._saturated += near_a_limit(a, self._activation)

    @property
    def mean(self) -> float:
        """Of all activations."""
        return self._sum / self._count

    @property
    def std(self) -> float:
        """Of all activations; NaN where one of them is not finite."""
        variance = self._squares / self._count - self.mean * self.mean  # Not **, which raises where this is inf.
        return math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan

    @property
    def dead(self) -> float:
        """Share of the units that gave 0 for every example; NaN where units cannot die."""
        return 1 - float(self._alive.mean()) if self._activation and self._activation.can_die else math.nan

    @property
    def saturated(self) -> float:
        """Share of the activations near a limit; NaN for activations without limits."""
        return self._saturated / self._count if self._activation and self._activation.limits else math.nan


class Activity:
    """All layers of a network: give `watch` to `MLP.evaluate`."""

    def __init__(self, mlp: MLP) -> None:
        """Begin with no example."""
        hidden = [mlp.activation] * (mlp.config.layer_count - 1)
        kinds = zip(mlp.config.sizes[1:], [*hidden, None], strict=True)
        self.layers = tuple(LayerActivity(fan_out, activation) for fan_out, activation in kinds)

    def watch(self, layer: int, a: Array) -> None:
        """Count one layer's activations of some more examples, (rows, fan_out)."""
        self.layers[layer].add(a)
