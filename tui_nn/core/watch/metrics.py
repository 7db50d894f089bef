"""Metrics: how many predictions are right, and which classes are confused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Labels


def accuracy(predicted: Labels, labels: Labels) -> float:
    """Return the share of examples that are predicted correctly; both arrays are (n,)."""
    return float(np.count_nonzero(predicted == labels) / len(labels))


def confusion_matrix(predicted: Labels, labels: Labels, classes: int) -> NDArray[np.int64]:
    """Return the number of examples for each pair of true class (row) and predicted class (column), shape (classes, classes)."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def class_accuracy(predicted: Labels, labels: Labels, classes: int) -> NDArray[np.float64]:
    """Return the accuracy among the examples of each class, shape (classes,); NaN for a class without examples."""
    return recall(confusion_matrix(predicted, labels, classes))


def lowest_class(accuracy: NDArray[np.float64]) -> int | None:
    """Return the class with the lowest accuracy, from the accuracies (k,) of all classes. If several are lowest, return
    the first of them. Return None if all accuracies are equal or unknown.
    """
    known = accuracy[np.isfinite(accuracy)]
    return int(np.nanargmin(accuracy)) if known.size and known.min() < known.max() else None


def recall(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of correct predictions among the examples of each class, shape (k,), from a confusion matrix (k, k). It is
    NaN for a class without examples.
    """
    return _share(matrix.diagonal(), matrix.sum(axis=1))


def precision(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of right predictions among the predictions of each class, shape (k,); NaN for a class that is never
    predicted.
    """
    return _share(matrix.diagonal(), matrix.sum(axis=0))


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        share: NDArray[np.float64] = part / whole
    return share


@dataclass(frozen=True, slots=True)
class Pair:
    """A true class, the class that is predicted instead, and the number of such examples."""

    true: int
    predicted: int
    count: int
    """The number of examples that are confused in this way, at least 1."""


def confused_pairs(matrix: NDArray[np.int64]) -> list[Pair]:
    """Return the confused pairs of a matrix (k, k), the most frequent first.

    Equally frequent pairs are in the order of rows and columns.
    """
    counts = matrix.copy()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[: np.count_nonzero(counts)]
    rows, columns = np.unravel_index(order, counts.shape)
    return [Pair(int(t), int(p), int(counts[t, p])) for t, p in zip(rows, columns, strict=True)]
