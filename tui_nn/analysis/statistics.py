"""Statistics of a network on some examples: six numbers for each array (such as z, a or the weights) of each layer."""

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
"""From this share of dead units (or saturated activations) on, the property `health` calls a layer "dead" (or "saturated")."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The mean, standard deviation, minimum, maximum, share of zeros and RMS of one array.

    If the array has a NaN or infinite value, the numbers that depend on it are not finite either.
    """

    values: Array
    """The array itself. It is read-only and has any shape."""
    mean: float
    std: float
    low: float
    """The smallest value."""
    high: float
    """The largest value."""
    zeros: float
    """The share of exact zeros, from 0 to 1."""
    rms: float
    """The root mean square, which is the typical size of a value without its sign."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerStatistics:
    """The statistics of one layer on one set of n examples."""

    fan_in: int
    fan_out: int
    use_bias: bool
    activation_name: str
    """The activation of a hidden layer, or the output function of the last layer: "softmax" or "sigmoid"."""
    activation: Activation | None
    """The activation function of a hidden layer; None for the last layer."""
    z: Summary
    """The values before the activation, shape (n, fan_out)."""
    a: Summary
    """The values after the activation, shape (n, fan_out)."""
    weights: Summary
    """The weights, shape (fan_in, fan_out)."""
    gradient: Summary
    """The gradient of the mean loss with respect to each weight, shape (fan_in, fan_out)."""
    update: Summary | None
    """The change of each weight in an update for these examples, shape (fan_in, fan_out); None if it was not computed."""
    dead: int | None
    """The number of units with a = 0 for every example.

    None for a single example, and for activations that are never exactly 0.
    """
    saturated: float | None
    """The share of saturated activations, from 0 to 1; None for activations without limits."""

    @property
    def parameter_count(self) -> int:
        """The number of parameters: fan_in × fan_out weights, and one bias for each unit if the network has biases."""
        return (self.fan_in + self.use_bias) * self.fan_out

    @property
    def arithmetic(self) -> str:
        """The calculation of the number of parameters, such as "784 × 128 + 128 = 100,480"."""
        bias = f" + {self.fan_out:,}" if self.use_bias else ""
        return f"{self.fan_in:,} × {self.fan_out:,}{bias} = {self.parameter_count:,}"

    @property
    def update_ratio(self) -> float:
        """log10(‖ΔW‖ / ‖W‖), the size of the update relative to the weights.

        About −3 is healthy (Karpathy, makemore 4).

        The value is −inf for an update that changes nothing, and NaN if `update` is None.
        """
        if self.update is None:
            return math.nan
        return log_ratio(self.update.rms, self.weights.rms)

    @property
    def health(self) -> str:
        """The word that describes this layer by itself, such as "ok", "NaN", "dead 43 %" or "saturated".

        The function `health_words` also compares the layers with each other.
        """
        if not all(np.isfinite(part.mean) for part in (self.z, self.a, self.weights, self.gradient)):
            return "NaN"
        if self.dead is not None and self.dead >= SICK_DEAD * self.fan_out:
            share = f"{100 * self.dead / self.fan_out:.0f}"
            # The text has ">99" in place of a rounded 100 if some units of the layer are not dead.
            return f"dead {'>99' if share == '100' and self.dead < self.fan_out else share} %"
        if self.saturated is not None and self.saturated >= SICK_SATURATED:
            return "saturated"
        return "ok"


@dataclass(frozen=True, slots=True, eq=False)
class NetworkStatistics:
    """The statistics of all layers of a network on one set of examples."""

    examples: int
    pixels: Summary
    """The statistics of the inputs x, shape (n, d)."""
    layers: tuple[LayerStatistics, ...]
    """The statistics of each layer, first layer first."""
    statistics_examples: int
    """The number of examples on which dead units and saturated activations were counted: `examples`, or the number of
    all test examples.
    """

    @property
    def parameter_count(self) -> int:
        """The number of parameters of all layers."""
        return sum(layer.parameter_count for layer in self.layers)


def summarize(values: Array) -> Summary:
    """Return the `Summary` of an array of any shape with at least one value. The array becomes read-only."""
    with np.errstate(all="ignore"):
        # The sums are float64, because a float32 mean of many numbers would depend on the order of adding.
        mean, std = values.mean(dtype=np.float64), values.std(dtype=np.float64)
        rms = np.sqrt(np.square(values, dtype=np.float64).mean())
        zeros = np.count_nonzero(values == 0) / values.size
        return Summary(
            frozen(values), float(mean), float(std), float(values.min()), float(values.max()), float(zeros), float(rms)
        )


def log_ratio(part: float, whole: float) -> float:
    """Return log10(part / whole): −inf if `part` is 0, inf if only `whole` is 0, and NaN if one of them is NaN."""
    with np.errstate(all="ignore"):
        return float(np.log10(np.float64(part) / np.float64(whole))) if part else -math.inf


def network_statistics(
    mlp: MLP, images: Pixels, labels: Labels, step: Callable[[Parameters], Array] | None = None
) -> NetworkStatistics:
    """Return the statistics of every layer on pictures (n, d) with labels (n,), 1 <= n <= MOST_EXAMPLES.

    The gradient belongs to the mean loss, without penalties; it is NaN if the loss is not finite. The function `step`
    takes this gradient and returns the change of each parameter in an update, shape (count,).

    Raises:
        ValueError: if there are no examples, or more than MOST_EXAMPLES.
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
        # Training changes weights in place, so the statistics copy them unless they are read-only.
        weights=summarize(weight.copy() if weight.flags.writeable else weight),
        gradient=summarize(gradient),
        update=None if update is None else summarize(update),
        dead=dead,
        saturated=saturated,
    )
