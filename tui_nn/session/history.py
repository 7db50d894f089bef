"""What happened: a record an epoch, and every change of a hyperparameter."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch in numbers. Record 0 is the untrained network.

    Train numbers are those of the epoch's batches, each before its update (record 0: of all training examples); test
    numbers are those of the network after the epoch.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float = field(default=0.0, compare=False)
    """Time spent training, evaluation left out. Two runs that are alike differ in it, so it does not compare."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Change:
    """Hyperparameters that were changed while training."""

    epoch: int
    """The epoch that was being trained, from 1."""
    batch: int
    """Batches of it that were done."""
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """All records, oldest first, and all changes."""

    records: tuple[EpochRecord, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def best(self) -> EpochRecord | None:
        """The trained epoch with the lowest test loss, the first of equals; None before one is trained."""
        # NaN is less than nothing and not more than anything: it would stay where it comes first.
        return min(self.records[1:], key=lambda r: math.inf if math.isnan(r.test_loss) else r.test_loss, default=None)

    def with_record(self, record: EpochRecord) -> History:
        """This history and one more epoch."""
        return replace(self, records=(*self.records, record))

    def with_change(self, change: Change) -> History:
        """This history and one more change."""
        return replace(self, changes=(*self.changes, change))

    def with_epoch_anew(self, epoch: int) -> History:
        """This history where `epoch` begins again, with all that was changed inside it."""
        if not any(change.epoch == epoch and change.batch for change in self.changes):
            return self
        changes = (replace(change, batch=0) if change.epoch == epoch else change for change in self.changes)
        return replace(self, changes=tuple(changes))
