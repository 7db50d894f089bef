"""The loss: what the outputs are, what they cost, and the delta that backprop starts from.

A loss is a value *and* a delta (Nielsen, "Neural Networks and Deep Learning", chapter 3): softmax goes with
cross-entropy and sigmoid with squared error, and each pair has a short formula for dL/dz of the last layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.arrays import Array, Labels


@dataclass(frozen=True, slots=True)
class Loss:
    """One row of the table. n examples, k classes."""

    name: str
    label: str
    formula: str
    purpose: str
    output: str
    """The output activation: "softmax" or "sigmoid"."""
    output_formula: str
    delta_formula: str
    outputs: Callable[[Array, Array], None]
    """(z, out): writes the outputs a (n, k) of the logits z (n, k)."""
    values: Callable[[Array, Array, Labels, float], Array]
    """(z, outputs, labels, smoothing) -> the loss of each example, (n,)."""
    delta: Callable[[Array, Labels, Array, float], None]
    """(outputs, labels, out, smoothing): writes dL/dz (n, k), before it is divided by n for a mean."""
    chance: Callable[[int], float]
    """(classes) -> the loss of an answer that knows nothing."""


def _subtract_targets(outputs: Array, labels: Labels, out: Array, smoothing: float) -> None:
    """Write outputs − y: y is 1 for the label and 0 else; smoothed, a share of it is spread over all k classes."""
    # Szegedy et al. 2016, section 7.
    out[...] = outputs
    if smoothing:
        out -= smoothing / outputs.shape[1]
    out[np.arange(len(labels)), labels] -= 1 - smoothing


def _softmax(z: Array, out: Array) -> None:
    # The largest logit is taken off first: e^z then never overflows, and the quotient is the same.
    np.subtract(z, z.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def _cross_entropy(z: Array, outputs: Array, labels: Labels, smoothing: float) -> Array:
    # −ln p(true) = ln Σe^z − z(true), from the logits: −ln of a p that underflowed to 0 would be inf. The large terms
    # come first: for a sure and right answer they cancel exactly, and the small one keeps its digits.
    top = z.max(axis=1)
    behind: Array = top - z[np.arange(len(labels)), labels]
    behind += np.log(np.exp(z - top[:, None]).sum(axis=1))
    if smoothing:
        # Σ y ln p over smoothed targets: what every logit is behind the true one, on the average, comes in.
        behind += smoothing * (z[np.arange(len(labels)), labels] - z.mean(axis=1))
    return behind


def _squared_error(z: Array, outputs: Array, labels: Labels, smoothing: float) -> Array:
    # The difference first, then its square: a² − 2a + 1 would cancel to nothing, or less, where a is nearly right.
    difference = np.empty_like(outputs)
    _subtract_targets(outputs, labels, difference, smoothing)
    value: Array = 0.5 * np.square(difference).sum(axis=1)
    return value


def _squared_error_delta(outputs: Array, labels: Labels, out: Array, smoothing: float) -> None:
    _subtract_targets(outputs, labels, out, smoothing)
    out *= outputs * (1 - outputs)


LOSSES = {
    row.name: row
    for row in (
        Loss(
            name="softmax_cross_entropy",
            label="softmax + CE",
            formula="L = −ln p(true)",
            purpose="cross-entropy on softmax outputs, the usual choice",
            output="softmax",
            output_formula="p = e^z / Σ e^z",
            delta_formula="δ = p − y",
            outputs=_softmax,
            values=_cross_entropy,
            delta=_subtract_targets,
            chance=lambda classes: log(classes),
        ),
        Loss(
            name="sigmoid_mse",
            label="sigmoid + MSE",
            formula="L = Σ (a − y)² / 2",
            purpose="squared error on sigmoid outputs, slow when badly wrong",
            output="sigmoid",
            output_formula="a = 1 / (1 + e^−z)",
            delta_formula="δ = (a − y) a (1 − a)",
            outputs=ACTIVATIONS["sigmoid"].function,
            values=_squared_error,
            delta=_squared_error_delta,
            # The best constant answer is 1/k for every class: ½((1 − 1/k)² + (k − 1)/k²).
            chance=lambda classes: 0.5 * (1 - 1 / classes),
        ),
    )
}
