"""Find the test examples that a network misclassifies, sort them and filter them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tui_nn.analysis.outputs import Indices, Mistake, answered, p_predicted, p_true
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Labels, frozen
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.selection import KINDS, ORDERS, Selection


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MistakeList:
    """The listed examples in their order. `found[k]` is example k of a list `found`, as a `Mistake`."""

    evaluation: Evaluation
    labels: Labels
    selection: Selection
    indices: Indices
    """The positions of the listed examples in the test data (or training data), shape (n,), read-only."""
    total: int
    """The number of all misclassified examples, including those that the filter hides."""
    right: bool = field(default=False)
    """True if nothing is misclassified. The list then shows the right predictions with the lowest confidence."""

    def __len__(self) -> int:
        """Return the number of listed examples."""
        return len(self.indices)

    def __getitem__(self, position: int) -> Mistake:
        """Return the example at a position of the list."""
        return Mistake.of(self.evaluation, self.labels, int(self.indices[position]))

    def position_of(self, index: int) -> int | None:
        """Return the position of an example in the list; None if it is not listed."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else None

    @property
    def wrong(self) -> int:
        """The number of listed examples that are misclassified."""
        return int(np.count_nonzero(self.evaluation.predicted[self.indices] != self.labels[self.indices]))

    def surer_than(self, p: float) -> int:
        """Return the number of listed examples with a confidence above `p`."""
        return int(np.count_nonzero(p_predicted(self.evaluation, self.labels, self.indices) > p))


def find_mistakes(
    evaluation: Evaluation, labels: Labels, selection: Selection | None = None, past: Past | None = None
) -> MistakeList:
    """Return the examples that `selection` asks for, in its order.

    Args:
        evaluation: the outputs and predictions for n examples.
        labels: their true classes, shape (n,).
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
    """Return a list of at most `limit` correctly classified examples, the smallest output of the true class first. It is shown if
    there are no mistakes.
    """
    indices = np.flatnonzero(evaluation.predicted == labels)
    order = np.argsort(p_true(evaluation, labels, indices), kind="stable")[:limit]
    wrong = len(labels) - len(indices)
    return MistakeList(evaluation, labels, Selection(), frozen(indices[order]), wrong, right=True)
