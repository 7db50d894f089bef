"""The accuracy of each class and the number of its predictions, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Labels
from tui_nn.core.watch.metrics import confusion_matrix, recall
from tui_nn.session.run.history import EpochRecord


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassHistory:
    """The numbers of k classes over several epochs: one row for each epoch, one column for each class."""

    accuracy: NDArray[np.float64]
    """The accuracy of the class, shape (epochs, k); NaN if the class has no examples or the predictions of the epoch
    are unknown.
    """
    predicted: NDArray[np.int64]
    """The number of examples predicted as each class, shape (epochs, k); −1 if the predictions of the epoch are unknown."""

    @property
    def classes(self) -> int:
        """The number of classes."""
        return int(self.accuracy.shape[1])

    def never_since(self, label: int) -> int | None:
        """Return the epoch since which the class is never predicted.

        Return None if it is predicted after the last epoch, or if the predictions of that epoch are unknown.
        """
        since = None
        for epoch in range(len(self.predicted) - 1, -1, -1):
            if self.predicted[epoch, label] != 0:
                break
            since = epoch
        return since


class ClassWatch:
    """A `ClassHistory` that grows with the run. Each record is counted only once."""

    def __init__(self, labels: Labels, classes: int) -> None:
        """Start without epoch records. `labels`, shape (n,), are the true classes, each below `classes`."""
        self._labels, self._classes = labels, classes
        self._counted: list[EpochRecord] = []
        self._accuracy: list[NDArray[np.float64]] = []
        self._predicted: list[NDArray[np.int64]] = []

    def upto(self, records: tuple[EpochRecord, ...]) -> ClassHistory:
        """Return the accuracies and prediction counts of the classes in these records, the oldest first."""
        same = 0
        for counted, record in zip(self._counted, records, strict=False):
            if counted is not record:
                break
            same += 1
        # If an earlier epoch is shown, there are fewer records. The counts of the later epochs are kept for the time when they are
        # shown again.
        if same < min(len(records), len(self._counted)):
            del self._counted[same:], self._accuracy[same:], self._predicted[same:]
        for record in records[len(self._counted) :]:
            self._count(record)
        accuracy, predicted = np.array(self._accuracy[: len(records)]), np.array(self._predicted[: len(records)])
        return ClassHistory(accuracy.reshape(-1, self._classes), predicted.reshape(-1, self._classes))

    def _count(self, record: EpochRecord) -> None:
        self._counted.append(record)
        if record.predicted is None:
            self._accuracy.append(np.full(self._classes, np.nan))
            self._predicted.append(np.full(self._classes, -1))
        else:
            matrix = confusion_matrix(record.predicted, self._labels, self._classes)
            self._accuracy.append(recall(matrix))
            self._predicted.append(matrix.sum(axis=0))
