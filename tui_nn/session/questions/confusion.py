"""Which class is taken for which, at one moment and between two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Array, Labels
from tui_nn.core.network import Evaluation
from tui_nn.core.watch.metrics import Pair, confused_pairs, confusion_matrix
from tui_nn.session.questions.selection import Indices

CLASSES = 10
Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Confusion:
    """The answers to n examples as a matrix, and which examples make up each cell."""

    labels: Labels
    """(n,)."""
    predicted: Labels
    """(n,)."""
    matrix: Matrix
    """(10, 10): rows true, columns predicted."""
    losses: Array | None = None
    """(n,); None where only the answers are known."""

    @classmethod
    def of(cls, predicted: Labels, labels: Labels, losses: Array | None = None) -> Confusion:
        """Count."""
        return cls(labels, predicted, confusion_matrix(predicted, labels, CLASSES), losses)

    @classmethod
    def of_evaluation(cls, evaluation: Evaluation, labels: Labels) -> Confusion:
        """Count, and know what each answer costs."""
        return cls.of(evaluation.predicted, labels, evaluation.losses)

    @property
    def pairs(self) -> list[Pair]:
        """The most confused first."""
        return confused_pairs(self.matrix)

    def members(self, true: int, predicted: int) -> Indices:
        """The examples of a cell, those that cost most first where that is known."""
        found = np.flatnonzero((self.labels == true) & (self.predicted == predicted))
        return found if self.losses is None else found[np.argsort(-self.losses[found], kind="stable")]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Difference:
    """What changed between two answers to the same examples."""

    before: Confusion
    after: Confusion

    @property
    def matrix(self) -> Matrix:
        """(10, 10): by how much each count grew."""
        return self.after.matrix - self.before.matrix

    @property
    def learned(self) -> int:
        """Examples that were wrong and are right."""
        return int(np.count_nonzero(self._right(self.after) & ~self._right(self.before)))

    @property
    def unlearned(self) -> int:
        """Examples that were right and are wrong."""
        return int(np.count_nonzero(self._right(self.before) & ~self._right(self.after)))

    @property
    def pairs(self) -> list[Pair]:
        """The cells off the diagonal that changed most, up or down; `count` has the sign."""
        change = self.matrix
        return [
            Pair(pair.true, pair.predicted, int(change[pair.true, pair.predicted]))
            for pair in confused_pairs(np.abs(change))
        ]

    def members(self, true: int, predicted: int) -> Indices:
        """The examples that came into a cell, then those that left it."""
        before, after = self.before.members(true, predicted), self.after.members(true, predicted)
        return np.concatenate([after[~np.isin(after, before)], before[~np.isin(before, after)]])

    @staticmethod
    def _right(confusion: Confusion) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = confusion.predicted == confusion.labels
        return right
