"""Which examples are to be listed, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Array, Labels
from tui_nn.core.network import Evaluation
from tui_nn.session.questions.answer_history import Mask, Past

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort examples."""

    name: str
    label: str
    """What comes first."""
    key: Callable[[Evaluation, Labels, Indices], Array]
    """(evaluation, labels, indices) -> numbers (n,): the smallest first, NaN last, equals as they are in the data."""


def p_true(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """The outputs of the true classes."""
    return evaluation.outputs[indices, labels[indices]]


def p_predicted(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """The outputs of the predicted classes."""
    return evaluation.outputs[indices, evaluation.predicted[indices]]


def margins(evaluation: Evaluation, labels: Labels, indices: Indices) -> Array:
    """p(predicted) − p(true), and where that is right p(predicted) − the next largest output."""
    next_largest = np.partition(evaluation.outputs[indices], -2, axis=1)[:, -2]
    right = evaluation.predicted[indices] == labels[indices]
    against = np.where(right, next_largest, p_true(evaluation, labels, indices))
    margin: Array = p_predicted(evaluation, labels, indices) - against
    return margin


ORDERS = {
    order.name: order
    for order in (
        Order("loss", "worst first", lambda *of: -of[0].losses[of[2]]),
        Order("p(pred)", "surest first", lambda *of: -p_predicted(*of)),
        Order("p(true)", "largest p(true) first", lambda *of: -p_true(*of)),
        Order("margin", "closest calls first", margins),
        Order("index", "in the order of #", lambda *of: of[2].astype(np.float64)),
    )
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of answers that can be listed."""

    name: str
    plural: str
    """What its members are called, as in "12 mistakes"."""
    none: str
    """The sentence where there is none."""
    keep: Callable[[Evaluation, Labels, Past], Mask]
    """(evaluation, labels, answers before) -> which of the examples are of it, (n,)."""
    needs_past: bool = False
    """Whether it speaks of earlier epochs, whose answers must be known."""


def _wrong(evaluation: Evaluation, labels: Labels, _: Past) -> Mask:
    wrong: Mask = evaluation.predicted != labels
    return wrong


KINDS = {
    kind.name: kind
    for kind in (
        Kind("wrong", "mistakes", "No digit is misclassified.", _wrong),
        Kind(
            "newly wrong", "newly wrong", "None that was right an epoch before is wrong now.",
            lambda *of: _wrong(*of) & of[2].right_before(of[1]), needs_past=True,
        ),
        Kind(
            "always wrong", "always wrong", "Each was right after some epoch.",
            lambda *of: _wrong(*of) & ~of[2].ever_right(of[1]), needs_past=True,
        ),
        Kind("right", "right", "No digit is right.", lambda *of: ~_wrong(*of)),
        Kind("all", "digits", "There is no such digit.", lambda *of: np.ones(len(of[1]), bool)),
    )
}  # fmt: skip


THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Of p(predicted): the ladder to choose from."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which examples, and in which order."""

    true: int | None = None
    """Only examples of this class; None for all."""
    predicted: int | None = None
    """Only examples taken for this class; None for all."""
    order: str = "loss"
    """A name in `ORDERS`."""
    kind: str = "wrong"
    """A name in `KINDS`."""
    threshold: float = 0.0
    """Only answers whose p(predicted) is at least this, 0 to 1: the others count as not given."""

    @property
    def filtered(self) -> bool:
        """Whether it is other than all mistakes."""
        return self != self.unfiltered

    @property
    def unfiltered(self) -> Selection:
        """All mistakes, in the same order."""
        return Selection(order=self.order)

    def next_order(self) -> Selection:
        """The same in the next order."""
        names = list(ORDERS)
        return replace(self, order=names[(names.index(self.order) + 1) % len(names)])

    def next_kind(self, *, past: bool) -> Selection:
        """The next kind, of those that need no past if there is none."""
        names = [kind.name for kind in KINDS.values() if past or not kind.needs_past]
        at = names.index(self.kind) if self.kind in names else -1
        return replace(self, kind=names[(at + 1) % len(names)])

    def surer(self, by: int) -> Selection:
        """The threshold one step up (1) or down (−1) its ladder."""
        at = THRESHOLDS.index(self.threshold) if self.threshold in THRESHOLDS else 0
        return replace(self, threshold=THRESHOLDS[min(max(at + by, 0), len(THRESHOLDS) - 1)])

    def __str__(self) -> str:
        """The filter in words: "true 4, predicted 9"; "" if there is none. The threshold is not among them."""
        parts = (("true", self.true), ("predicted", self.predicted))
        return ", ".join(f"{name} {digit}" for name, digit in parts if digit is not None)
