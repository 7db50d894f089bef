"""The examples a network gets wrong: found, sorted and filtered. Functions of an evaluation and its labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Array, Labels, frozen
from tui_nn.core.metrics import confusion_matrix
from tui_nn.core.network import Evaluation

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort examples."""

    name: str
    label: str
    """What comes first."""
    key: Callable[[Evaluation, Labels, Indices], Array]
    """(evaluation, labels, indices) -> numbers (n,): the smallest first, NaN last, equals as they are in the data."""


def _p_true(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    return evaluation.outputs[indices, labels[indices]]


def _p_predicted(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    return evaluation.outputs[indices, evaluation.predicted[indices]]


ORDERS = {
    order.name: order
    for order in (
        Order("loss", "worst first", lambda *of: -of[0].losses[of[2]]),
        Order("p(pred)", "surest first", lambda *of: -_p_predicted(*of)),
        Order("p(true)", "largest p(true) first", lambda *of: -_p_true(*of)),
        Order("margin", "closest calls first", lambda *of: _p_predicted(*of) - _p_true(*of)),
        Order("index", "in the order of #", lambda *of: of[2].astype(np.float64)),
    )
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which mistakes, and in which order."""

    true: int | None = None
    """Only examples of this class; None for all."""
    predicted: int | None = None
    """Only examples taken for this class; None for all."""
    order: str = "loss"
    """A name in `ORDERS`."""

    @property
    def filtered(self) -> bool:
        """Whether some may be left out."""
        return self.true is not None or self.predicted is not None

    def __str__(self) -> str:
        """The filter in words: "true 4, predicted 9"; "" if there is none."""
        parts = (("true", self.true), ("predicted", self.predicted))
        return ", ".join(f"{name} {digit}" for name, digit in parts if digit is not None)


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
    loss: float

    @property
    def margin(self) -> float:
        """p(predicted) − p(true): how far it is from being right."""
        return self.p_predicted - self.p_true

    def to_dict(self) -> dict[str, Any]:
        """The example as plain values."""
        return asdict(self)


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
            loss=float(evaluation.losses[index]),
        )

    def position_of(self, index: int) -> int | None:
        """The place of a test example in the list; None if it is not listed."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else None

    def surer_than(self, p: float) -> int:
        """How many of the listed have a p(predicted) above `p`."""
        return int(np.count_nonzero(_p_predicted(self.evaluation, self.labels, self.indices) > p))


def find_mistakes(evaluation: Evaluation, labels: Labels, selection: Selection | None = None) -> MistakeList:
    """The misclassified examples that `selection` asks for, in its order; `labels` (n,).

    Raises:
        KeyError: if the order is none of `ORDERS`.
    """
    selection = selection or Selection()
    wrong = evaluation.predicted != labels
    keep = wrong.copy()
    if selection.true is not None:
        keep &= labels == selection.true
    if selection.predicted is not None:
        keep &= evaluation.predicted == selection.predicted
    indices = np.flatnonzero(keep)
    order = np.argsort(ORDERS[selection.order].key(evaluation, labels, indices), kind="stable")
    return MistakeList(evaluation, labels, selection, frozen(indices[order]), int(np.count_nonzero(wrong)))


def least_sure_right(evaluation: Evaluation, labels: Labels, limit: int = 100) -> MistakeList:
    """The correct examples with the smallest p(true), at most `limit`: what to look at when none is wrong."""
    indices = np.flatnonzero(evaluation.predicted == labels)
    order = np.argsort(_p_true(evaluation, labels, indices), kind="stable")[:limit]
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
