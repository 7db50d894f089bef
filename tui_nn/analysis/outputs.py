"""The outputs of a network for many examples: each example with its prediction, and how many predictions reach a confidence."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Array, Labels
from tui_nn.core.watch.metrics import confusion_matrix

Indices = NDArray[np.int64]
"""The positions of examples in their data, shape (n,)."""

Mask = NDArray[np.bool_]
"""True or False for each example, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One example and its prediction, as plain numbers. The prediction may be right."""

    index: int
    """The position of the example in the test data (or training data), from 0."""
    true: int
    predicted: int
    p_true: float
    """The output of the true class."""
    p_predicted: float
    """The output of the predicted class, which is the largest output."""
    p_next: float
    """The second largest output."""
    loss: float

    @classmethod
    def of(cls, evaluation: Evaluation, labels: Labels, index: int) -> Mistake:
        """Return one example of an evaluation with its prediction. `index` is its position, and `labels` are the true
        classes of all examples.
        """
        true, predicted = int(labels[index]), int(evaluation.predicted[index])
        outputs = evaluation.outputs[index]
        return cls(
            index=index,
            true=true,
            predicted=predicted,
            p_true=float(outputs[true]),
            p_predicted=float(outputs[predicted]),
            p_next=float(np.delete(outputs, predicted).max()),
            loss=float(evaluation.losses[index]),
        )

    @property
    def margin(self) -> float:
        """The output of the predicted class minus that of the true class. If the prediction is right, the second largest output is
        subtracted instead.
        """
        return self.p_predicted - (self.p_next if self.predicted == self.true else self.p_true)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict of plain values; `predicted` is None if the outputs are NaN."""
        return asdict(self) | ({"predicted": None} if math.isnan(self.p_predicted) else {})


def p_true(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """Return the output of the true class of each example, shape (n,)."""
    return evaluation.outputs[indices, labels[indices]]


def p_predicted(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """Return the output of the predicted class of each example, shape (n,)."""
    return evaluation.outputs[indices, evaluation.predicted[indices]]


def margins(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """Return the output of the predicted class minus that of the true class, shape (n,). For a right prediction, the second
    largest output is subtracted instead.
    """
    next_largest = np.partition(evaluation.outputs[indices], -2, axis=1)[:, -2]
    right = evaluation.predicted[indices] == labels[indices]
    against = np.where(right, next_largest, p_true(evaluation, labels, indices))
    margin: Array = p_predicted(evaluation, labels, indices) - against
    return margin


def mistake_counts(evaluation: Evaluation, labels: Labels) -> NDArray[np.int64]:
    """Return the confusion matrix of k classes with its diagonal set to 0: (k, k), rows true, columns predicted."""
    counts = confusion_matrix(evaluation.predicted, labels, evaluation.outputs.shape[1])
    np.fill_diagonal(counts, 0)
    return counts


def unanswered(evaluation: Evaluation) -> int:
    """Return the number of examples with an output that is NaN or infinite. Such examples have no meaningful prediction."""
    return int(np.count_nonzero(~np.isfinite(evaluation.outputs).all(axis=1)))


def answered(evaluation: Evaluation, threshold: float) -> Mask:
    """Return an array (n,) that is True for each example with a confidence of at least `threshold`, and False if the
    output is NaN.
    """
    sure: Mask = evaluation.outputs.max(axis=1) >= threshold
    return sure


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of predictions whose confidence reaches a threshold, and the number of right predictions among them."""

    answered: int
    """The number of predictions that reach the threshold."""
    right: int
    """The number of right predictions among those that reach the threshold."""
    examples: int
    """The number of all examples."""

    @property
    def share(self) -> float:
        """The share of predictions that reach the threshold, from 0 to 1."""
        return self.answered / self.examples

    @property
    def accuracy(self) -> float:
        """The share of right predictions among those that reach the threshold, from 0 to 1; NaN if there are none."""
        return self.right / self.answered if self.answered else float("nan")


def coverage(evaluation: Evaluation, labels: Labels, threshold: float) -> Coverage:
    """Return the number of predictions with a confidence of at least `threshold`, and the number of right ones among them."""
    sure = answered(evaluation, threshold)
    return Coverage(
        int(np.count_nonzero(sure)), int(np.count_nonzero(sure & (evaluation.predicted == labels))), len(labels)
    )
