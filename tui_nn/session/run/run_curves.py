"""The figures of all epochs of a run as arrays, for charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import frozen
from tui_nn.session.run.history import EpochRecord

Figures = NDArray[np.float64]

SPLITS = ("train", "validation", "test")
_NAMES = tuple(f"{split}_{kind}" for split in SPLITS for kind in ("loss", "accuracy"))


class Score(NamedTuple):
    """The loss and the accuracy on one split at one epoch. A figure that is unknown is NaN."""

    epoch: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RunCurves:
    """The loss and the accuracy on each split, one value for each epoch from 0; read-only."""

    values: Mapping[str, Figures]
    """The figures by the name of their field in a record, such as "test_loss"; (epochs + 1,) each."""
    newest: EpochRecord | None = None
    """The last record. It identifies the run, because every later history of the same run contains it."""

    @classmethod
    def of(cls, records: Sequence[EpochRecord], before: RunCurves | None = None) -> RunCurves:
        """Return the curves of these records.

        If they continue the records of the curves `before`, only the new records are read. So a new epoch of a long run
        costs no more than one of a short run.
        """
        known = 0 if before is None else len(before)
        continues = 0 < known <= len(records) and before is not None and records[known - 1] is before.newest
        if continues and known == len(records):
            assert before is not None
            return before
        new = records[known:] if continues else records
        values = {}
        for name in _NAMES:
            added = np.array([getattr(record, name) for record in new], dtype=np.float64)
            values[name] = frozen(np.concatenate([before.values[name], added]) if continues and before else added)
        return cls(values, records[-1] if records else None)

    def __len__(self) -> int:
        """Return the number of epochs, counting epoch 0."""
        return len(self.values["test_loss"])

    def __reduce__(self) -> tuple[type[RunCurves], tuple[dict[str, Figures]]]:
        # Unpickling calls the constructor, which makes the arrays read-only again. The record is left out, because only the
        # process that trains needs it.
        return RunCurves, (dict(self.values),)

    @property
    def has_validation(self) -> bool:
        """True if the run was measured on validation data."""
        return bool(len(self)) and not np.isnan(self.values["validation_accuracy"][-1])

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of the splits on which the run was measured."""
        return SPLITS if self.has_validation else ("train", "test")

    @property
    def monitored(self) -> str:
        """The split whose loss decides which epoch is the best."""
        return "validation" if self.has_validation else "test"

    def at(self, split: str, epoch: int) -> Score | None:
        """Return the loss and the accuracy on one split at an epoch; None if the run has no such epoch."""
        if not 0 <= epoch < len(self):
            return None
        return Score(epoch, float(self.values[f"{split}_loss"][epoch]), float(self.values[f"{split}_accuracy"][epoch]))

    def last(self, split: str) -> Score:
        """Return the loss and the accuracy on one split after the newest epoch."""
        found = self.at(split, len(self) - 1)
        assert found is not None
        return found

    def best(self, split: str) -> Score | None:
        """Return the loss and the accuracy of the trained epoch with the lowest loss on a split, the first if several are equal.

        The result is None if no epoch is trained, or if every loss is NaN.
        """
        losses = self.values[f"{split}_loss"][1:]
        if not len(losses) or np.isnan(losses).all():
            return None
        return self.at(split, int(np.nanargmin(losses)) + 1)
