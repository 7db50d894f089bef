"""The examples a network gets wrong: found, sorted and filtered. Functions of an evaluation and its labels."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Labels, frozen
from tui_nn.core.network import Evaluation
from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.session.questions.answer_history import Mask, Past
from tui_nn.session.questions.selection import KINDS, ORDERS, Indices, Selection, p_predicted, p_true


@dataclass(frozen=True, slots=True)
class Mistake:
    """One example and the answer to it, as plain numbers."""

    index: int
    """Its position in the split, from 0."""
    true: int
    predicted: int
    p_true: float
    """The output of the true class."""
    p_predicted: float
    """The output of the predicted class, the largest."""
    p_next: float
    """The largest output of another class."""
    loss: float

    @property
    def margin(self) -> float:
        """p(predicted) − p(true): how far it is from being right; if it is right, − p of the next likely class."""
        return self.p_predicted - (self.p_next if self.predicted == self.true else self.p_true)

    def to_dict(self) -> dict[str, Any]:
        """The example as plain values; outputs that are no numbers predict nothing, None."""
        return asdict(self) | ({"predicted": None} if math.isnan(self.p_predicted) else {})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MistakeList:
    """Examples in an order. `found[k]` is the k-th."""

    evaluation: Evaluation
    labels: Labels
    selection: Selection
    indices: Indices
    """Positions in the split, (n,), read-only."""
    total: int
    """Misclassified examples, listed or not."""
    right: bool = field(default=False)
    """Whether these are examples that were classified correctly."""

    def __len__(self) -> int:
        """Count what is listed."""
        return len(self.indices)

    def __getitem__(self, position: int) -> Mistake:
        """Look one up."""
        index = self.indices[position]
        evaluation = self.evaluation
        true, predicted = self.labels[index], evaluation.predicted[index]
        return Mistake(
            index=int(index),
            true=int(true),
            predicted=int(predicted),
            p_true=float(evaluation.outputs[index, true]),
            p_predicted=float(evaluation.outputs[index, predicted]),
            p_next=float(np.delete(evaluation.outputs[index], predicted).max()),
            loss=float(evaluation.losses[index]),
        )

    def position_of(self, index: int) -> int | None:
        """The place of a test example in the list; None if it is not listed."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else None

    @property
    def wrong(self) -> int:
        """How many of the listed are misclassified."""
        return int(np.count_nonzero(self.evaluation.predicted[self.indices] != self.labels[self.indices]))

    def surer_than(self, p: float) -> int:
        """How many of the listed have a p(predicted) above `p`."""
        return int(np.count_nonzero(p_predicted(self.evaluation, self.labels, self.indices) > p))


def find_mistakes(
    evaluation: Evaluation, labels: Labels, selection: Selection | None = None, past: Past | None = None
) -> MistakeList:
    """The examples that `selection` asks for, in its order; `labels` (n,), `past` the answers before these.

    Raises:
        KeyError: if the order is none of `ORDERS`, or the kind none of `KINDS`.
    """
    selection = selection or Selection()
    keep = KINDS[selection.kind].keep(evaluation, labels, past or Past())
    if selection.true is not None:
        keep = keep & (labels == selection.true)
    if selection.predicted is not None:
        keep = keep & (evaluation.predicted == selection.predicted)
    if selection.threshold > 0:
        keep = keep & answered(evaluation, selection.threshold)
    indices = np.flatnonzero(keep)
    order = np.argsort(ORDERS[selection.order].key(evaluation, labels, indices), kind="stable")
    total = int(np.count_nonzero(evaluation.predicted != labels))
    return MistakeList(evaluation, labels, selection, frozen(indices[order]), total)


def least_sure_right(evaluation: Evaluation, labels: Labels, limit: int = 100) -> MistakeList:
    """The correct examples with the smallest p(true), at most `limit`: what to look at when none is wrong."""
    indices = np.flatnonzero(evaluation.predicted == labels)
    order = np.argsort(p_true(evaluation, labels, indices), kind="stable")[:limit]
    wrong = len(labels) - len(indices)
    return MistakeList(evaluation, labels, Selection(), frozen(indices[order]), wrong, right=True)


def mistake_counts(evaluation: Evaluation, labels: Labels) -> NDArray[np.int64]:
    """How often each class was taken for each other one: (k, k), rows true, columns predicted, diagonal 0."""
    counts = confusion_matrix(evaluation.predicted, labels, evaluation.outputs.shape[1])
    np.fill_diagonal(counts, 0)
    return counts


def unanswered(evaluation: Evaluation) -> int:
    """Examples to which the outputs are not finite numbers: what is predicted for them means nothing."""
    return int(np.count_nonzero(~np.isfinite(evaluation.outputs).all(axis=1)))


def answered(evaluation: Evaluation, threshold: float) -> Mask:
    """Which examples have a p(predicted) of at least `threshold`, (n,); those without a number have not."""
    sure: Mask = evaluation.outputs.max(axis=1) >= threshold
    return sure


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is left where only sure answers count."""

    answered: int
    right: int
    """Of those answered."""
    examples: int

    @property
    def share(self) -> float:
        """Of the examples, how many are answered, 0 to 1."""
        return self.answered / self.examples

    @property
    def accuracy(self) -> float:
        """Of those answered, how many are right, 0 to 1; NaN if none is."""
        return self.right / self.answered if self.answered else float("nan")


def coverage(evaluation: Evaluation, labels: Labels, threshold: float) -> Coverage:
    """How many of n examples are answered with p(predicted) of at least `threshold`, and how many of those are right."""
    sure = answered(evaluation, threshold)
    return Coverage(
        int(np.count_nonzero(sure)), int(np.count_nonzero(sure & (evaluation.predicted == labels))), len(labels)
    )
