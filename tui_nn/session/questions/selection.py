"""Selection: the filter and the order of a list of test examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tui_nn.analysis.outputs import Indices, Mask, margins, p_predicted, p_true
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Array, Labels
from tui_nn.session.questions.answer_history import Past


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort the test examples in a list, such as largest loss first."""

    name: str
    label: str
    """The words on the screen for this order, such as "largest loss first"."""
    key: Callable[[Evaluation, Labels, Indices], Array]
    """A function of (evaluation, labels, indices) that returns sort keys, shape (n,). Small keys come first and NaN last.
    Examples with equal keys keep their order.
    """


ORDERS = {
    order.name: order
    for order in (
        Order("loss", "worst first", lambda *of: -of[0].losses[of[2]]),
        Order("p(pred)", "most confident first", lambda *of: -p_predicted(*of)),
        Order("p(true)", "largest p(true) first", lambda *of: -p_true(*of)),
        Order("margin", "closest calls first", margins),
        Order("index", "in order of #", lambda *of: of[2].astype(np.float64)),
    )
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of prediction that a list of test examples can show, such as mistakes."""

    name: str
    plural: str
    """The words after a count, as in "12 mistakes"."""
    none: str
    """The sentence that an empty list of this kind shows."""
    keep: Callable[[Evaluation, Labels, Past], Mask]
    """A function of (evaluation, labels, earlier predictions).

    It returns an array (n,) that is True for examples of this kind.
    """
    needs_past: bool = False
    """True if the kind depends on the predictions of earlier epochs."""


def _wrong(evaluation: Evaluation, labels: Labels, _: Past) -> Mask:
    wrong: Mask = evaluation.predicted != labels
    return wrong


KINDS = {
    kind.name: kind
    for kind in (
        Kind("wrong", "mistakes", "No prediction is wrong.", _wrong),
        Kind(
            "newly wrong", "newly wrong", "No prediction turned from right to wrong in this epoch.",
            lambda *of: _wrong(*of) & of[2].right_before(of[1]), needs_past=True,
        ),
        Kind(
            "always wrong", "always wrong", "Every prediction was right after at least one epoch.",
            lambda *of: _wrong(*of) & ~of[2].ever_right(of[1]), needs_past=True,
        ),
        Kind("right", "right", "No prediction is right.", lambda *of: ~_wrong(*of)),
        Kind("all", "examples", "The data contains no examples.", lambda *of: np.ones(len(of[1]), bool)),
    )
}  # fmt: skip


THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""The confidences that the keys > and < step through, as the threshold of the list."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The filter and the order of a list of test examples."""

    true: int | None = None
    """List only examples with this true class; None for every class."""
    predicted: int | None = None
    """List only examples with this predicted class; None for every class."""
    order: str = "loss"
    """The order of the list: a name in `ORDERS`."""
    kind: str = "wrong"
    """The kind of the listed predictions: a name in `KINDS`."""
    threshold: float = 0.0
    """List only predictions with a confidence of at least this number, from 0 to 1."""

    @property
    def filtered(self) -> bool:
        """True if the selection leaves out some mistakes or lists right predictions."""
        return self != self.unfiltered

    @property
    def unfiltered(self) -> Selection:
        """The selection that lists all mistakes in the same order as this one."""
        return Selection(order=self.order)

    def next_order(self) -> Selection:
        """Return this selection with the next order of `ORDERS`."""
        names = list(ORDERS)
        return replace(self, order=names[(names.index(self.order) + 1) % len(names)])

    def next_kind(self, *, past: bool) -> Selection:
        """Return this selection with the next kind of `KINDS`. If `past` is false, skip kinds that need earlier predictions."""
        names = [kind.name for kind in KINDS.values() if past or not kind.needs_past]
        at = names.index(self.kind) if self.kind in names else -1
        return replace(self, kind=names[(at + 1) % len(names)])

    def surer(self, by: int) -> Selection:
        """Return this selection with the next larger (`by` = 1) or smaller (`by` = −1) threshold."""
        at = THRESHOLDS.index(self.threshold) if self.threshold in THRESHOLDS else 0
        return replace(self, threshold=THRESHOLDS[min(max(at + by, 0), len(THRESHOLDS) - 1)])

    def describe(self, class_names: Sequence[str]) -> str:
        """Return the chosen classes as text, such as "true 4, predicted 9"; "" if every class is listed."""
        parts = (("true", self.true), ("predicted", self.predicted))
        return ", ".join(f"{name} {class_names[label]}" for name, label in parts if label is not None)
