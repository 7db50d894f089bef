"""Confusion: the counts of true and predicted classes after one epoch, and their change between two epochs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.core.parameters import Array, Labels
from tui_nn.core.watch.metrics import Pair, confused_pairs, confusion_matrix
from tui_nn.data.dataset import Split
from tui_nn.session.questions.selection import Indices
from tui_nn.session.run.snapshot import Snapshot

Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Confusion:
    """The confusion matrix of n predictions over k classes, and the examples in each of its cells."""

    labels: Labels
    """The true class of each example, (n,)."""
    predicted: Labels
    """The predicted class of each example, (n,)."""
    matrix: Matrix
    """The number of examples for each true class (row) and predicted class (column), (k, k)."""
    losses: Array | None = None
    """The loss of each example, (n,); None if only the predictions are known."""

    @classmethod
    def of(cls, predicted: Labels, labels: Labels, classes: int, losses: Array | None = None) -> Confusion:
        """Return the confusion matrix of these predictions: a count for each pair of true and predicted class."""
        return cls(labels, predicted, confusion_matrix(predicted, labels, classes), losses)

    @classmethod
    def of_evaluation(cls, evaluation: Evaluation, labels: Labels) -> Confusion:
        """Return the confusion matrix of an evaluation. It keeps the loss of each example."""
        return cls.of(evaluation.predicted, labels, evaluation.outputs.shape[1], evaluation.losses)

    @property
    def pairs(self) -> list[Pair]:
        """The pairs of different classes that were confused, most frequent first."""
        return confused_pairs(self.matrix)

    def members(self, true: int, predicted: int) -> Indices:
        """Return the numbers of the examples in a cell of the matrix, largest loss first if the losses are known."""
        found = np.flatnonzero((self.labels == true) & (self.predicted == predicted))
        return found if self.losses is None else found[np.argsort(-self.losses[found], kind="stable")]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Difference:
    """The change from earlier to later predictions for the same examples."""

    before: Confusion
    after: Confusion

    @property
    def matrix(self) -> Matrix:
        """The change of each count, (k, k): the later count minus the earlier one."""
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
        """The pairs of different classes whose count changed, largest change first; `count` is the signed change."""
        change = self.matrix
        return [
            Pair(pair.true, pair.predicted, int(change[pair.true, pair.predicted]))
            for pair in confused_pairs(np.abs(change))
        ]

    def members(self, true: int, predicted: int) -> Indices:
        """Return the numbers of the examples that entered a cell of the matrix, then of those that left it."""
        before, after = self.before.members(true, predicted), self.after.members(true, predicted)
        return np.concatenate([after[~np.isin(after, before)], before[~np.isin(before, after)]])

    @staticmethod
    def _right(confusion: Confusion) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = confusion.predicted == confusion.labels
        return right


@dataclass(frozen=True, slots=True, eq=False)
class SplitAnswers:
    """The predictions of one snapshot's network for the training examples or for the test examples."""

    snapshot: Snapshot
    split: Split
    evaluation: Evaluation

    @classmethod
    def of(cls, snapshot: Snapshot, split: Split) -> SplitAnswers:
        """Evaluate the network of `snapshot` on every example of `split`."""
        return cls(snapshot, split, evaluate(snapshot.mlp, split.images, split.labels))

    @property
    def confusion(self) -> Confusion:
        """The confusion matrix of these predictions."""
        return Confusion.of_evaluation(self.evaluation, self.split.labels)


def change_since(snapshot: Snapshot, now: Confusion, epoch: int) -> Difference | None:
    """Return the change of the confusion matrix from the end of `epoch` to `now`.

    The result is None if `snapshot` is of epoch 0, or if the run file does not contain the predictions of `epoch`.
    """
    before = snapshot.history.records[epoch].predicted
    if before is None or snapshot.epoch == 0:
        return None
    return Difference(Confusion.of(before, now.labels, len(now.matrix)), now)
