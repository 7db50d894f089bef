"""Confusion: the counts of true and predicted classes, and their change from earlier to later predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.outputs import Indices
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Array, Labels
from tui_nn.core.watch.metrics import Pair, confused_pairs, confusion_matrix

Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Confusion:
    """The confusion matrix of n predictions over k classes, and the examples in each of its cells."""

    labels: Labels
    """The true class of each example, shape (n,)."""
    predicted: Labels
    """The predicted class of each example, shape (n,)."""
    matrix: Matrix
    """The number of examples for each true class (row) and predicted class (column), shape (k, k)."""
    losses: Array | None = None
    """The loss of each example, shape (n,); None if only the predictions are known."""

    @classmethod
    def of(cls, predicted: Labels, labels: Labels, classes: int, losses: Array | None = None) -> Confusion:
        """Return the confusion matrix of n predictions: a count for each pair of true and predicted class."""
        return cls(labels, predicted, confusion_matrix(predicted, labels, classes), losses)

    @classmethod
    def of_evaluation(cls, evaluation: Evaluation, labels: Labels) -> Confusion:
        """Return the confusion matrix of an evaluation, with the loss of each example."""
        return cls.of(evaluation.predicted, labels, evaluation.outputs.shape[1], evaluation.losses)

    @property
    def pairs(self) -> list[Pair]:
        """The pairs of different classes that were confused, most frequent first."""
        return confused_pairs(self.matrix)

    def members(self, true: int, predicted: int) -> Indices:
        """Return the indices of the examples in one cell of the matrix. If the losses are known, the largest comes first."""
        found = np.flatnonzero((self.labels == true) & (self.predicted == predicted))
        return found if self.losses is None else found[np.argsort(-self.losses[found], kind="stable")]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Difference:
    """The change from earlier to later predictions for the same examples."""

    before: Confusion
    after: Confusion

    @property
    def matrix(self) -> Matrix:
        """The change of each count, shape (k, k): the later count minus the earlier one."""
        return self.after.matrix - self.before.matrix

    @property
    def learned(self) -> int:
        """The number of predictions that were wrong before and are right after."""
        return int(np.count_nonzero(self._right(self.after) & ~self._right(self.before)))

    @property
    def unlearned(self) -> int:
        """The number of predictions that were right before and are wrong after."""
        return int(np.count_nonzero(self._right(self.before) & ~self._right(self.after)))

    @property
    def pairs(self) -> list[Pair]:
        """The confusions (true class, other class) that became more or less frequent, the largest change first."""
        change = self.matrix
        return [
            Pair(pair.true, pair.predicted, int(change[pair.true, pair.predicted]))
            for pair in confused_pairs(np.abs(change))
        ]

    def members(self, true: int, predicted: int) -> Indices:
        """Return the indices of the examples that have entered this cell since the earlier matrix, then of those that left it."""
        before, after = self.before.members(true, predicted), self.after.members(true, predicted)
        return np.concatenate([after[~np.isin(after, before)], before[~np.isin(before, after)]])

    @staticmethod
    def _right(confusion: Confusion) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = confusion.predicted == confusion.labels
        return right
