"""What the numbers of a network look like on a few examples: each array in six figures.

Everything is measured with the forward and backward pass that also trains; nothing is trained.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import mean_gradient
from tui_nn.core.activations import Activation
from tui_nn.core.backprop import Batch
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Parameters, Pixels, frozen
from tui_nn.core.watch.layer_statistics import count_saturated

SICK_DEAD = 0.2
SICK_SATURATED = 0.6
"""Shares from which `health` calls a layer "dead" or "saturated"."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """One array in six figures. Where a value is not finite, the figures it enters are not either."""

    values: Array
    """The array itself, read-only, any shape: `histogram` makes its picture."""
    mean: float
    std: float
    low: float
    high: float
    """The smallest and the largest value."""
    zeros: float
    """Share of exact zeros, 0 to 1."""
    rms: float
    """Root of the mean square: the size of a typical number, whatever the sign and however many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerStatistics:
    """One layer on one set of n examples."""

    fan_in: int
    fan_out: int
    use_bias: bool
    activation_name: str
    """Of a hidden layer; of the last one its output, "softmax" or "sigmoid"."""
    activation: Activation | None
    """The table's row of a hidden layer; None for the last one."""
    z: Summary
    a: Summary
    """Both of (n, fan_out) values."""
    weights: Summary
    gradient: Summary
    """Of the mean loss, by each weight; both (fan_in, fan_out)."""
    update: Summary | None
    """What one step of the optimizer on these examples would add to each weight, (fan_in, fan_out); None if not asked
    for."""
    dead: int | None
    """Units that give 0 for every example; None where units cannot die, and for one example, which proves nothing."""
    saturated: float | None
    """Share of activations near a limit, 0 to 1; None for activations without one."""

    @property
    def parameter_count(self) -> int:
        """fan_in × fan_out, and a bias a unit."""
        return (self.fan_in + self.use_bias) * self.fan_out

    @property
    def arithmetic(self) -> str:
        """Where the parameter count comes from: "784 × 128 + 128 = 100,480"."""
        bias = f" + {self.fan_out:,}" if self.use_bias else ""
        return f"{self.fan_in:,} × {self.fan_out:,}{bias} = {self.parameter_count:,}"

    @property
    def update_ratio(self) -> float:
        """log10(‖ΔW‖ / ‖W‖) of that step, about −3 where all is well (Karpathy, makemore 4); −inf for no step, NaN if unknown."""
        if self.update is None:
            return math.nan
        return log_ratio(self.update.rms, self.weights.rms)

    @property
    def health(self) -> str:
        """In a word, seen alone: "ok", "NaN", "dead 43 %", "saturated"; beside the others see `health_words`."""
        if not all(np.isfinite(part.mean) for part in (self.z, self.a, self.weights, self.gradient)):
            return "NaN"
        if self.dead is not None and self.dead >= SICK_DEAD * self.fan_out:
            return f"dead {100 * self.dead / self.fan_out:.0f} %"
        if self.saturated is not None and self.saturated >= SICK_SATURATED:
            return "saturated"
        return "ok"


@dataclass(frozen=True, slots=True, eq=False)
class NetworkStatistics:
    """A network on one set of examples."""

    examples: int
    pixels: Summary
    """Of what enters: (n, 784), 0 to 1."""
    layers: tuple[LayerStatistics, ...]
    """First hidden layer first."""
    statistics_examples: int
    """Examples that dead units and saturated shares are of: these, or more."""

    @property
    def parameter_count(self) -> int:
        """Of all layers together."""
        return sum(layer.parameter_count for layer in self.layers)


def summarize(values: Array) -> Summary:
    """The six figures of an array of any shape with at least one value. It is kept, and must not change afterwards."""
    with np.errstate(all="ignore"):
        # In float64: a mean of many float32 numbers must not depend on how they are added.
        mean, std = values.mean(dtype=np.float64), values.std(dtype=np.float64)
        rms = np.sqrt(np.square(values, dtype=np.float64).mean())
        zeros = np.count_nonzero(values == 0) / values.size
        return Summary(
            frozen(values), float(mean), float(std), float(values.min()), float(values.max()), float(zeros), float(rms)
        )


def log_ratio(part: float, whole: float) -> float:
    """log10(part / whole): −inf for no part, inf for a part of nothing, NaN where either is."""
    with np.errstate(all="ignore"):
        return float(np.log10(np.float64(part) / np.float64(whole))) if part else -math.inf


def network_statistics(
    mlp: MLP, images: Pixels, labels: Labels, step: Callable[[Parameters], Array] | None = None
) -> NetworkStatistics:
    """Statistics of every layer on these examples: `images` uint8 (n, 784), `labels` (n,), 1 <= n <= MOST_EXAMPLES.

    The gradient is that of the mean loss over the examples, without l2. Where the network gives no finite loss, the
    gradient is NaN. `step` says what an optimizer would add to the parameters for that gradient, (count,).

    Raises:
        ValueError: for no examples, or too many.
    """
    batch, gradient = mean_gradient(mlp, images, labels)
    update = None
    if step is not None:
        with np.errstate(all="ignore"):
            update = gradient.like(step(gradient)).weights
    layers = tuple(
        _layer(mlp, batch, layer, gradient.weights[layer], update[layer] if update else None)
        for layer in range(mlp.config.layer_count)
    )
    return NetworkStatistics(len(images), summarize(batch.x), layers, len(images))


def _layer(mlp: MLP, batch: Batch, layer: int, gradient: Array, update: Array | None) -> LayerStatistics:
    weight, a = mlp.parameters.weights[layer], batch.a[layer]
    hidden = layer < mlp.config.layer_count - 1
    activation = mlp.activation if hidden else None
    dead = saturated = None
    if activation and activation.can_die and len(a) > 1:
        dead = int(np.count_nonzero(~a.any(axis=0)))
    if activation and activation.limits:
        saturated = count_saturated(a, activation) / a.size
    return LayerStatistics(
        fan_in=weight.shape[0],
        fan_out=weight.shape[1],
        use_bias=mlp.config.use_bias,
        activation_name=mlp.config.activation if hidden else mlp.loss.output,
        activation=activation,
        z=summarize(batch.z[layer]),
        a=summarize(a),
        # Training changes weights in place, so they are copied unless they are read-only.
        weights=summarize(weight.copy() if weight.flags.writeable else weight),
        gradient=summarize(gradient),
        update=None if update is None else summarize(update),
        dead=dead,
        saturated=saturated,
    )
