"""How right a network is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Labels


def accuracy(predicted: Labels, labels: Labels) -> float:
    """Share of examples whose predicted label is their own; both (n,)."""
    return float(np.count_nonzero(predicted == labels) / len(labels))


def confusion_matrix(predicted: Labels, labels: Labels, classes: int = 10) -> NDArray[np.int64]:
    """How often each label was predicted as each: (classes, classes), rows true, columns predicted."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def class_accuracy(predicted: Labels, labels: Labels, classes: int = 10) -> NDArray[np.float64]:
    """Accuracy among the examples of each class, (classes,); NaN for a class without examples."""
    matrix = confusion_matrix(predicted, labels, classes)
    with np.errstate(invalid="ignore"):
        share: NDArray[np.float64] = matrix.diagonal() / matrix.sum(axis=1)
    return share
