"""What a layer's numbers look like: of its activations and its gradient, on a few examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Array, Labels, Pixels, frozen
from tui_nn.core.backprop import Backprop, Diverged, Workspace
from tui_nn.core.network import MLP

BINS = 30
SATURATED = 0.97
"""|a| of a tanh unit, or its like for a sigmoid, above which its slope is below 0.06 (Karpathy, makemore 3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of values in bins of one width."""

    counts: NDArray[np.int64]
    """(bins,)"""
    low: float
    high: float
    """The outer edges; values beyond them (the last half percent at either end) are in no bin."""
    zeros: float
    """Share of values that are exactly 0. They are in no bin when they are many: the spike would flatten the rest."""
    drawn_zeros: bool


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """One array in six numbers and a picture."""

    mean: float
    std: float
    low: float
    high: float
    zeros: float
    """Share of exact zeros, 0 to 1."""
    rms: float
    """Root of the mean square: the size of a typical number, whatever the sign and however many there are."""
    histogram: Histogram


@dataclass(frozen=True, slots=True, eq=False)
class LayerStatistics:
    """One layer on one set of examples."""

    fan_in: int
    fan_out: int
    use_bias: bool
    activation_name: str
    z: Summary
    a: Summary
    weights: Summary
    gradient: Summary
    """Of the weights' gradient."""
    dead: int | None
    """Units that give 0 for every example; None where that is not the activation's way to fail."""
    saturated: float | None
    """Share of activations near a limit; None for activations without one."""

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
    def health(self) -> str:
        """In a word: "ok", "NaN", "dead 43 %", "saturated"."""
        if not all(np.isfinite(part.mean) for part in (self.z, self.a, self.gradient)):
            return "NaN"
        if self.dead is not None and self.dead >= 0.2 * self.fan_out:
            return f"dead {self.dead / self.fan_out:.0%}".replace("%", " %")
        if self.saturated is not None and self.saturated >= 0.5:
            return "saturated"
        return "ok"


@dataclass(frozen=True, slots=True, eq=False)
class NetworkStatistics:
    """A network on one set of examples."""

    examples: int
    pixels: Summary
    layers: tuple[LayerStatistics, ...]


def summarize(values: Array) -> Summary:
    """The six numbers and the histogram of any array; of its finite values, or NaN where there are none."""
    flat = values.ravel()
    with np.errstate(all="ignore"):
        zeros = float(np.count_nonzero(flat == 0) / flat.size)
        mean, std = float(flat.mean(dtype=np.float64)), float(flat.std(dtype=np.float64))
        rms = float(np.sqrt(np.mean(np.square(flat, dtype=np.float64))))
        return Summary(mean, std, float(flat.min()), float(flat.max()), zeros, rms, _histogram(flat, zeros))


def _histogram(flat: Array, zeros: float) -> Histogram:
    drawn_zeros = zeros < 0.2
    shown = flat[np.isfinite(flat)] if drawn_zeros else flat[np.isfinite(flat) & (flat != 0)]
    if not shown.size:
        return Histogram(frozen(np.zeros(BINS, dtype=np.int64)), 0.0, 0.0, zeros, drawn_zeros)
    low, high = (float(edge) for edge in np.quantile(shown, (0.005, 0.995)))
    if low < 0 < high:
        low, high = -max(-low, high), max(-low, high)
    elif low >= 0:
        low = 0.0
    else:
        high = 0.0
    if low == high:
        low, high = low - 1, high + 1
    counts, _ = np.histogram(shown, bins=BINS, range=(low, high))
    return Histogram(frozen(counts), low, high, zeros, drawn_zeros)


def network_statistics(mlp: MLP, images: Pixels, labels: Labels) -> NetworkStatistics:
    """Statistics of every layer on these examples: `images` uint8 (n, 784), `labels` (n,), n at most CHUNK.

    The gradient is that of the mean loss over the examples. Nothing is trained. Where the network gives no finite loss,
    the gradient is NaN.
    """
    backprop = Backprop(mlp)
    with np.errstate(all="ignore"):
        try:
            for _ in backprop.batch_acts(images, labels, np.arange(len(images))):
                pass
        except Diverged:
            backprop.gradient.total.vector.fill(np.nan)
        workspace = backprop.workspace(len(images))
        layers = tuple(_layer(mlp, backprop, workspace, layer) for layer in range(mlp.config.layer_count))
    return NetworkStatistics(len(images), summarize(workspace.x), layers)


def _layer(mlp: MLP, backprop: Backprop, workspace: Workspace, layer: int) -> LayerStatistics:
    weight, a = mlp.parameters.weights[layer], workspace.a[layer]
    hidden = layer < mlp.config.layer_count - 1
    dead = saturated = None
    if hidden and mlp.config.activation == "relu":
        dead = int(np.count_nonzero(~a.any(axis=0)))
    if hidden and mlp.activation.saturates:
        spread = np.abs(a if mlp.config.activation == "tanh" else 2 * a - 1)
        saturated = float(np.count_nonzero(spread > SATURATED) / a.size)
    return LayerStatistics(
        fan_in=weight.shape[0],
        fan_out=weight.shape[1],
        use_bias=mlp.config.use_bias,
        activation_name=mlp.config.activation if hidden else mlp.loss.output,
        z=summarize(workspace.z[layer]),
        a=summarize(a),
        weights=summarize(weight),
        gradient=summarize(backprop.gradient.total.weights[layer]),
        dead=dead,
        saturated=saturated,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One example on its way through a network; read-only arrays."""

    x: Array
    """(784,): what enters, 0 to 1."""
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    """(fan_out,) each; the last `a` are the outputs."""
    loss: float


def trace(mlp: MLP, image: Pixels, label: int) -> Trace:
    """Send one image, uint8 (784,), through the network."""
    backprop = Backprop(mlp)
    labels = np.array([label])
    with np.errstate(all="ignore"):
        try:
            for _ in backprop.batch_acts(image[None], labels, np.arange(1)):
                pass
            loss = backprop.gradient.loss
        except Diverged:
            loss = float("nan")
    workspace = backprop.workspace(1)
    return Trace(
        frozen(workspace.x[0].copy()),
        tuple(frozen(z[0].copy()) for z in workspace.z),
        tuple(frozen(a[0].copy()) for a in workspace.a),
        loss,
    )
