"""The predictions for the test examples after each epoch of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.outputs import Mask
from tui_nn.core.parameters import Labels
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Past:
    """The predictions for n test examples after earlier epochs."""

    answers: tuple[Labels, ...] = ()
    """`answers[k]` are the predictions after epoch k, shape (n,). The tuple is empty if the predictions of an epoch are unknown."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> Past:
        """Return the predictions after each epoch before `snapshot`.

        If the snapshot is in the middle of an epoch, the predictions after the last complete epoch are included.
        """
        inside = snapshot.progress.batch > 0 and snapshot.step == snapshot.progress.step
        return cls.of_records(snapshot.history.records[: snapshot.epoch + inside])

    @classmethod
    def of_records(cls, records: Sequence[EpochRecord]) -> Past:
        """Return the predictions in these epoch records. The first record must be that of the untrained network (epoch 0)."""
        answers = tuple(record.predicted for record in records if record.predicted is not None)
        return cls(answers if len(answers) == len(records) else ())

    def last_right(self, index: int, label: int) -> int | None:
        """Return the last epoch after which the prediction for an example was right; None if it was never right."""
        right = (epoch for epoch in range(len(self.answers) - 1, -1, -1) if self.answers[epoch][index] == label)
        return next(right, None)

    def times_right(self, index: int, label: int) -> int:
        """Return the number of epochs after which the prediction for an example was right."""
        return sum(bool(answers[index] == label) for answers in self.answers)

    def right_since(self, index: int, label: int) -> int | None:
        """Return the epoch since which the prediction for an example has always been right; None if it is wrong after the last
        epoch.
        """
        since = None
        for epoch in range(len(self.answers) - 1, -1, -1):
            if self.answers[epoch][index] != label:
                break
            since = epoch
        return since

    def right_before(self, labels: Labels) -> Mask:
        """Return an array (n,) that is True for each example whose newest prediction was right. Without predictions, it is False
        everywhere.
        """
        return self.answers[-1] == labels if self.answers else np.zeros(len(labels), bool)

    def ever_right(self, labels: Labels) -> Mask:
        """Return an array (n,) that is True for each example that was predicted correctly after at least one epoch.

        Epoch 0, without training, does not count.
        """
        ever = np.zeros(len(labels), bool)
        for answers in self.answers[1:]:
            ever |= answers == labels
        return ever
