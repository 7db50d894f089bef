"""How right a network is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Labels


def accuracy(predicted: Labels, labels: Labels) -> float:
    """Share of examples whose predicted label is their own; both (n,)."""
    return float(np.count_nonzero(predicted == labels) / len(labels))


def confusion_matrix(predicted: Labels, labels: Labels, classes: int = 10) -> NDArray[np.int64]:
    """How often each label was predicted as each: (classes, classes), rows true, columns predicted."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def class_accuracy(predicted: Labels, labels: Labels, classes: int = 10) -> NDArray[np.float64]:
    """Accuracy among the examples of each class, (classes,); NaN for a class without examples."""
    return recall(confusion_matrix(predicted, labels, classes))


def lowest_class(accuracy: NDArray[np.float64]) -> int | None:
    """The class with the lowest accuracy of (k,), the first of several; None where all are the same, or not known."""
    known = accuracy[np.isfinite(accuracy)]
    return int(np.nanargmin(accuracy)) if known.size and known.min() < known.max() else None


def recall(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the examples of each class, the share that is found: (k,) of a confusion matrix (k, k); NaN without examples."""
    return _share(matrix.diagonal(), matrix.sum(axis=1))


def precision(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the examples that are taken for each class, the share that is of it: (k,); NaN for one that is never predicted."""
    return _share(matrix.diagonal(), matrix.sum(axis=0))


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        share: NDArray[np.float64] = part / whole
    return share


@dataclass(frozen=True, slots=True)
class Pair:
    """A class that is taken for another."""

    true: int
    predicted: int
    count: int
    """How often; never 0."""


def confused_pairs(matrix: NDArray[np.int64]) -> list[Pair]:
    """The cells of a confusion matrix off its diagonal that are not 0, the largest first, equals in reading order."""
    counts = matrix.copy()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[: np.count_nonzero(counts)]
    rows, columns = np.unravel_index(order, counts.shape)
    return [Pair(int(t), int(p), int(counts[t, p])) for t, p in zip(rows, columns, strict=True)]
