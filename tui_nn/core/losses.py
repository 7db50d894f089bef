"""Losses: the output functions, the errors of the outputs, and the gradients dL/dz from which the backward pass starts.

Each row of the table LOSSES pairs a loss with its output function (Nielsen, "Neural Networks and Deep Learning",
chapter 3): softmax with cross-entropy and sigmoid with squared error. Each pair has a short formula for dL/dz of the
last layer. The shapes are written for n examples and k classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.parameters import Array, Labels


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss with its output function: one row of the table LOSSES."""

    name: str
    label: str
    formula: str
    purpose: str
    output: str
    """The output function: "softmax" or "sigmoid"."""
    output_formula: str
    delta_formula: str
    outputs: Callable[[Array, Array], object]
    """The function (z, out) that writes the outputs, shape (n, k), of the logits z, shape (n, k), to `out`."""
    values: Callable[[Array, Array, Array, Array], Array]
    """The function (z, outputs, targets, scratch), each (n, k), that returns the loss of each example, shape (n,)."""
    delta: Callable[[Array, Array, Array, Array], None]
    """The function (outputs, targets, out, scratch), each (n, k), that writes dL/dz to `out`. L is the sum over the examples."""
    chance: Callable[[int], float]
    """A function of the number of classes. It returns the loss of a network that gives all classes the same output."""
    numpy: tuple[str, str, str] = ("", "", "")
    """The outputs, the loss and dL/dz as NumPy expressions of z, a (or p), y, rows and labels, for the microscope."""
    source: str = ""
    """The publication of the loss."""


def write_targets(labels: Labels, targets: Array, smoothing: float = 0.0) -> None:
    """Write the correct outputs, shape (n, k): 1 for the label of each example, shape (n,), and 0 for the other classes.

    `smoothing` is the share of each 1 that is spread over all k classes (Szegedy et al. 2016, section 7).
    """
    np.equal(labels[:, None], np.arange(targets.shape[1], dtype=labels.dtype), out=targets)
    if smoothing:
        targets *= 1 - smoothing
        targets += smoothing / targets.shape[1]


def _softmax(z: Array, out: Array) -> None:
    # Subtracting the largest logit does not change the outputs, and keeps e^z from overflowing.
    np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= np.add.reduce(out, axis=1, keepdims=True)


def _cross_entropy(z: Array, outputs: Array, targets: Array, scratch: Array) -> Array:
    # The loss −Σ y ln p equals ln Σe^z − Σ y z. It is computed from the logits z, because p may underflow to 0, and ln
    # 0 is not finite. First the largest logit `top` is subtracted: ln Σe^(z − top) is −ln of the largest p, at least
    # 1/k. If the true class has the largest logit, z − top is exactly 0, and the small first term loses no digits.
    np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out=scratch)
    scratch *= targets
    loss: Array = np.log(np.maximum.reduce(outputs, axis=1))
    loss += np.add.reduce(scratch, axis=1)
    np.negative(loss, out=loss)
    return loss


def _softmax_delta(outputs: Array, targets: Array, out: Array, scratch: Array) -> None:
    np.subtract(outputs, targets, out=out)


def _squared_error(z: Array, outputs: Array, targets: Array, scratch: Array) -> Array:
    # Square the difference itself, because the expanded form a² − 2a + 1 loses all exact digits if a is near 1.
    np.subtract(outputs, targets, out=scratch)
    np.square(scratch, out=scratch)
    value: Array = np.add.reduce(scratch, axis=1)
    value *= 0.5
    return value


def _squared_error_delta(outputs: Array, targets: Array, out: Array, scratch: Array) -> None:
    np.subtract(1, outputs, out=out)
    out *= outputs
    out *= np.subtract(outputs, targets, out=scratch)


LOSSES = {
    row.name: row
    for row in (
        Loss(
            name="softmax_cross_entropy",
            label="softmax + CE",
            formula="L = −ln p(true)",
            purpose="cross-entropy of softmax outputs, the usual choice",
            output="softmax",
            output_formula="p = e^z / Σ e^z",
            delta_formula="δ = p − y",
            outputs=_softmax,
            values=_cross_entropy,
            delta=_softmax_delta,
            chance=lambda classes: log(classes),
            numpy=(
                "np.exp(z - z.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)",
                "np.log(np.exp(z).sum(1)) - z[rows, labels]",
                "p - y",
            ),
            source="Bridle 1990",
        ),
        Loss(
            name="sigmoid_mse",
            label="sigmoid + MSE",
            formula="L = Σ (a − y)² / 2",
            purpose="squared error of sigmoids; large errors shrink slowly",
            output="sigmoid",
            output_formula="a = 1 / (1 + e^−z)",
            delta_formula="δ = (a − y) a (1 − a)",
            outputs=ACTIVATIONS["sigmoid"].function,
            values=_squared_error,
            delta=_squared_error_delta,
            # The best constant output is 1/k for every class. Its loss is ½((1 − 1/k)² + (k − 1)/k²).
            chance=lambda classes: 0.5 * (1 - 1 / classes),
            numpy=("1 / (1 + np.exp(-z))", "0.5 * np.square(a - y).sum(1)", "(a - y) * a * (1 - a)"),
            source="Rumelhart et al. 1986",
        ),
    )
}
