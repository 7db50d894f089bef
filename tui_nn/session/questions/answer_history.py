"""What a network answered to the test examples at the ends of its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Labels
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Past:
    """The answers before those of a snapshot, an epoch each."""

    answers: tuple[Labels, ...] = ()
    """`answers[k]` are those after epoch k, (n,); none at all if those of an epoch are not known."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> Past:
        """What came before the answers that `snapshot` has; those of its own epoch too if it is inside the next one."""
        inside = snapshot.progress.batch > 0 and snapshot.step == snapshot.progress.step
        return cls.of_records(snapshot.history.records[: snapshot.epoch + inside])

    @classmethod
    def of_records(cls, records: Sequence[EpochRecord]) -> Past:
        """What these records hold, the first of which is that of the start weights."""
        answers = tuple(record.predicted for record in records if record.predicted is not None)
        return cls(answers if len(answers) == len(records) else ())

    def last_right(self, index: int, label: int) -> int | None:
        """The last epoch after which the answer to an example was right; None if it never was."""
        right = (epoch for epoch in range(len(self.answers) - 1, -1, -1) if self.answers[epoch][index] == label)
        return next(right, None)

    def times_right(self, index: int, label: int) -> int:
        """After how many epochs the answer to an example was right."""
        return sum(bool(answers[index] == label) for answers in self.answers)

    def right_since(self, index: int, label: int) -> int | None:
        """The first epoch from which on the answer was always right; None if it is wrong after the last one."""
        since = None
        for epoch in range(len(self.answers) - 1, -1, -1):
            if self.answers[epoch][index] != label:
                break
            since = epoch
        return since

    def right_before(self, labels: Labels) -> Mask:
        """Which examples the last answers before got right, (n,): none if there are no answers before."""
        return self.answers[-1] == labels if self.answers else np.zeros(len(labels), bool)

    def ever_right(self, labels: Labels) -> Mask:
        """Which examples any trained epoch got right, (n,). What the start weights guess is luck, and does not count."""
        ever = np.zeros(len(labels), bool)
        for answers in self.answers[1:]:
            ever |= answers == labels
        return ever
