"""The confusion matrix of a snapshot's network, and its change since an earlier epoch."""

from __future__ import annotations

from dataclasses import dataclass

from tui_nn.analysis.confusion import Confusion, Difference
from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot


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
