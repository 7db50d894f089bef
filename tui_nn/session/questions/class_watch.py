"""How well each class is recognised, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Labels
from tui_nn.core.watch.metrics import confusion_matrix, recall
from tui_nn.session.run.history import EpochRecord

CLASSES = 10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassHistory:
    """A row an epoch, a column a class."""

    accuracy: NDArray[np.float64]
    """(epochs, 10): the share of the class that is right; NaN where the class has no examples, or nothing is known."""
    predicted: NDArray[np.int64]
    """(epochs, 10): how many examples are taken for the class; −1 where nothing is known."""

    def never_since(self, digit: int) -> int | None:
        """The first of the last epochs, all of which never predict `digit`; None if the last one does, or is not known."""
        since = None
        for epoch in range(len(self.predicted) - 1, -1, -1):
            if self.predicted[epoch, digit] != 0:
                break
            since = epoch
        return since


class ClassWatch:
    """Counts each record once, however often it is asked: records stay the same objects while a run goes on."""

    def __init__(self, labels: Labels) -> None:
        """Watch the answers to examples with these labels, (n,)."""
        self._labels = labels
        self._counted: list[EpochRecord] = []
        self._accuracy: list[NDArray[np.float64]] = []
        self._predicted: list[NDArray[np.int64]] = []

    def upto(self, records: tuple[EpochRecord, ...]) -> ClassHistory:
        """The classes in these records, oldest first."""
        same = 0
        for counted, record in zip(self._counted, records, strict=False):
            if counted is not record:
                break
            same += 1
        # A shorter history may be one that is looked back at: what is known of the rest stays.
        if same < min(len(records), len(self._counted)):
            del self._counted[same:], self._accuracy[same:], self._predicted[same:]
        for record in records[len(self._counted) :]:
            self._count(record)
        accuracy, predicted = np.array(self._accuracy[: len(records)]), np.array(self._predicted[: len(records)])
        return ClassHistory(accuracy.reshape(-1, CLASSES), predicted.reshape(-1, CLASSES))

    def _count(self, record: EpochRecord) -> None:
        self._counted.append(record)
        if record.predicted is None:
            self._accuracy.append(np.full(CLASSES, np.nan))
            self._predicted.append(np.full(CLASSES, -1))
        else:
            matrix = confusion_matrix(record.predicted, self._labels, CLASSES)
            self._accuracy.append(recall(matrix))
            self._predicted.append(matrix.sum(axis=0))
