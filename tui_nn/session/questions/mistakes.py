"""Find the test examples that a network misclassifies, sort them and filter them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Labels, frozen
from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.session.questions.answer_history import Mask, Past
from tui_nn.session.questions.selection import KINDS, ORDERS, Indices, Selection, p_predicted, p_true


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

    @property
    def margin(self) -> float:
        """p(predicted) − p(true); for a right prediction, p(predicted) − the second largest output."""
        return self.p_predicted - (self.p_next if self.predicted == self.true else self.p_true)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict of plain values; `predicted` is None if the outputs are NaN."""
        return asdict(self) | ({"predicted": None} if math.isnan(self.p_predicted) else {})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MistakeList:
    """The listed examples in their order. `found[k]` is example k of a list `found`, as a `Mistake`."""

    evaluation: Evaluation
    labels: Labels
    selection: Selection
    indices: Indices
    """The positions of the listed examples in the test data (or training data), (n,), read-only."""
    total: int
    """The number of misclassified examples, whether they are listed or not."""
    right: bool = field(default=False)
    """True if nothing is misclassified. The list then shows the right predictions with the lowest confidence."""

    def __len__(self) -> int:
        """Return the number of listed examples."""
        return len(self.indices)

    def __getitem__(self, position: int) -> Mistake:
        """Return the example at a position of the list."""
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
        """Return the position of an example in the list; None if it is not listed."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else None

    @property
    def wrong(self) -> int:
        """The number of listed examples that are misclassified."""
        return int(np.count_nonzero(self.evaluation.predicted[self.indices] != self.labels[self.indices]))

    def surer_than(self, p: float) -> int:
        """Return the number of listed examples with p(predicted) above `p`."""
        return int(np.count_nonzero(p_predicted(self.evaluation, self.labels, self.indices) > p))


def find_mistakes(
    evaluation: Evaluation, labels: Labels, selection: Selection | None = None, past: Past | None = None
) -> MistakeList:
    """Return the examples that `selection` asks for, in its order.

    Args:
        evaluation: the outputs and predictions for n examples.
        labels: their true classes, (n,).
        selection: the filter and the order; None for all mistakes, largest loss first.
        past: the predictions of the earlier epochs.

    Raises:
        KeyError: if the order is not in `ORDERS`, or the kind not in `KINDS`.
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
    """Return at most `limit` correctly classified examples, smallest p(true) first, for a list without mistakes."""
    indices = np.flatnonzero(evaluation.predicted == labels)
    order = np.argsort(p_true(evaluation, labels, indices), kind="stable")[:limit]
    wrong = len(labels) - len(indices)
    return MistakeList(evaluation, labels, Selection(), frozen(indices[order]), wrong, right=True)


def mistake_counts(evaluation: Evaluation, labels: Labels) -> NDArray[np.int64]:
    """Return the confusion matrix of k classes with its diagonal set to 0: (k, k), rows true, columns predicted."""
    counts = confusion_matrix(evaluation.predicted, labels, evaluation.outputs.shape[1])
    np.fill_diagonal(counts, 0)
    return counts


def unanswered(evaluation: Evaluation) -> int:
    """Return the number of examples with an output that is NaN or infinite. The predictions for them mean nothing."""
    return int(np.count_nonzero(~np.isfinite(evaluation.outputs).all(axis=1)))


def answered(evaluation: Evaluation, threshold: float) -> Mask:
    """Return an array (n,) that is True for each example with p(predicted) of at least `threshold`, and False for NaN."""
    sure: Mask = evaluation.outputs.max(axis=1) >= threshold
    return sure


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of predictions whose confidence reaches a threshold, and the number of right predictions among them."""

    answered: int
    """The number of predictions that reach the threshold."""
    right: int
    """The number of right predictions among these."""
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
    """Return the number of predictions with p(predicted) of at least `threshold`, and the number of right ones among them."""
    sure = answered(evaluation, threshold)
    return Coverage(
        int(np.count_nonzero(sure)), int(np.count_nonzero(sure & (evaluation.predicted == labels))), len(labels)
    )
