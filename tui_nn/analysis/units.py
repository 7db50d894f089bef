"""Activations of single units: their means for each class, how often a unit is on, and the examples that activate it most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.passes import Stop, layer_values
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels, frozen

STRONGEST = 8
"""The number of examples that are stored for each unit: those with the largest activation."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitResponses:
    """Statistics of the activations of all units of one layer, over n examples.

    The arrays are read-only, with one column for each unit.
    """

    layer: int
    examples: int
    """The number n of examples."""
    by_class: Array
    """The mean activation for the examples of each class, shape (classes, units); NaN for a class without examples."""
    mean: Array
    """The mean activation over all examples, shape (units,)."""
    low: Array
    """The smallest activation of each unit, shape (units,)."""
    high: Array
    """The largest activation of each unit, shape (units,)."""
    on: Array
    """The share of the examples for which the activation is above `on_level`, from 0 to 1, shape (units,)."""
    on_level: float
    """The activation above which a unit counts as on: 0, or 0.5 for units whose activation goes from 0 to 1."""
    class_selectivity: Array
    """The share of a unit's variance that the class explains, from 0 to 1, shape (units,).

    The share is 0 for a unit with the same activation for all examples. This is the correlation ratio η² (Fisher,
    "Statistical Methods for Research Workers", 1925).
    """
    dead: NDArray[np.bool_]
    """True for each dead unit, shape (units,): its activation is 0 for every example, and its slope there is 0 too."""
    strongest: NDArray[np.int64]
    """The indices of the examples that activate each unit most, shape (k, units), the largest activation first. k is `STRONGEST`,
    or the number of examples if that is less.
    """
    strongest_a: Array
    """The activations of each unit for its `strongest` examples, shape (k, units)."""


def unit_responses(mlp: MLP, layer: int, images: Pixels, labels: Labels, stop: Stop = lambda: False) -> UnitResponses:
    """Return the statistics of all units of a layer on pictures (n, d) with labels (n,), n >= 1.

    Raises:
        Stopped: when `stop` returns True.
    """
    units, classes = mlp.config.sizes[layer + 1], mlp.config.output_size
    sums, squares = np.zeros((classes, units)), np.zeros(units)
    low, high, on = np.full(units, np.inf), np.full(units, -np.inf), np.zeros(units)
    best, best_a = np.zeros((0, units), dtype=np.int64), np.zeros((0, units))
    hidden = layer < mlp.config.layer_count - 1
    level = 0.5 if not hidden or mlp.activation.limits == (0.0, 1.0) else 0.0
    with np.errstate(all="ignore"):
        for part, _, a in layer_values(mlp, layer, images, stop):
            a = a.astype(np.float64)
            sums += np.equal.outer(np.arange(classes), labels[part]).astype(np.float64) @ a
            squares += np.square(a).sum(axis=0)
            low, high = np.minimum(low, a.min(axis=0)), np.maximum(high, a.max(axis=0))
            on += np.count_nonzero(a > level, axis=0)
            best, best_a = _strongest(best, best_a, part.start, a)
        counts = np.bincount(labels, minlength=classes)[:, None]
        by_class, mean = sums / counts, sums.sum(axis=0) / len(images)
        between = np.where(counts > 0, counts * np.square(by_class - mean), 0).sum(axis=0)
        total = squares - len(images) * np.square(mean)
        # If the activation of a unit is constant, its computed variance is only a rounding error, so it counts as 0.
        varies = total > 1e-9 * squares
        class_selectivity = np.where(varies, between / np.where(varies, total, 1), 0)
    dead = (low == 0) & (high == 0) & (hidden and mlp.activation.can_die)
    return UnitResponses(
        layer=layer,
        examples=len(images),
        by_class=frozen(by_class),
        mean=frozen(mean),
        low=frozen(low),
        high=frozen(high),
        on=frozen(on / len(images)),
        on_level=level,
        class_selectivity=frozen(np.clip(class_selectivity, 0, 1)),
        dead=frozen(dead),
        strongest=frozen(best),
        strongest_a=frozen(best_a),
    )


def _strongest(
    best: NDArray[np.int64], best_a: Array, first: int, a: Array
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the indices of the examples with the largest activations of each unit, and these activations, shape (k, units) each.

    `best` and `best_a` are the result for the examples before index `first`. `a`, shape (m, units), contains the activations
    for the next m examples.
    """
    values = np.concatenate([best_a, a])
    numbers = np.concatenate([best, np.broadcast_to(np.arange(first, first + len(a))[:, None], a.shape)])
    ranks = np.where(np.isnan(values), np.inf, -values)
    if len(values) > STRONGEST:
        chosen = np.argpartition(ranks, STRONGEST - 1, axis=0)[:STRONGEST]
        # Sort by the numbers of the examples first. The stable sort below then puts the earlier one of two equal activations first.
        chosen.sort(axis=0)
        values, numbers, ranks = (np.take_along_axis(array, chosen, axis=0) for array in (values, numbers, ranks))
    order = np.argsort(ranks, axis=0, kind="stable")
    return np.take_along_axis(numbers, order, axis=0), np.take_along_axis(values, order, axis=0)


def count_correct(mlp: MLP, pictures: Pixels, labels: Labels, stop: Stop = lambda: False) -> int:
    """Return the number of examples that a network predicts correctly.

    Raises:
        Stopped: when `stop` returns True.
    """
    correct = 0
    with np.errstate(all="ignore"):
        for part, _, outputs in layer_values(mlp, mlp.config.layer_count - 1, pictures, stop):
            right = (outputs.argmax(axis=1) == labels[part]) & np.isfinite(outputs).all(axis=1)
            correct += int(np.count_nonzero(right))
    return correct
