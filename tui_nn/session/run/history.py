"""What happened: a record an epoch, and every change of a hyperparameter."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

Place = tuple[int, int]
"""Epochs that are complete, and batches of the next that are."""

if TYPE_CHECKING:
    # Not when it runs: the app paints its frame while NumPy is still being loaded.
    from tui_nn.config.configs import TrainingConfig
    from tui_nn.core.choices.edits import Edits
    from tui_nn.core.parameters import Labels


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """One layer after one epoch, in a few figures; NaN where one is not known or makes no sense."""

    a_mean: float
    a_std: float
    """Of the layer's activations on the test examples."""
    dead: float
    """Share of its units that give 0 for every test example, 0 to 1; NaN where units cannot die."""
    saturated: float
    """Share of its activations near a limit, 0 to 1; NaN for activations without limits."""
    gradient_rms: float
    """Root mean square of the gradient of its weights, per weight, in the epoch's last update."""
    update_ratio: float
    """log10 of the size of that update over the size of the weights, ‖ΔW‖ / ‖W‖; −inf if nothing moved."""


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
    predicted: Labels | None = field(default=None, compare=False, repr=False)
    """The network's answers to the test examples, (n,), read-only; None where they are not known."""
    layers: tuple[LayerRecord, ...] = field(default=(), compare=False, repr=False)
    """First hidden layer first; empty where they are not known."""

    def beside(self, predicted: Labels | None, layers: tuple[LayerRecord, ...]) -> EpochRecord:
        """This record with what is kept beside its numbers."""
        return replace(self, predicted=predicted, layers=layers)

    def to_dict(self) -> dict[str, Any]:
        """The numbers of the record as plain values."""
        return {name: getattr(self, name) for name in NUMBERS}


NUMBERS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds")
"""The fields of a record that are one number each."""


@dataclass(frozen=True, slots=True)
class Change:
    """Hyperparameters, or parameters, that were changed by hand while training."""

    epoch: int
    """The epoch that was being trained, from 1."""
    batch: int
    """Batches of it that were done."""
    values: dict[str, Any]
    """Hyperparameters with their new values."""
    edits: Edits = ()
    """Weights and biases that were given other values, and units that were switched off."""

    @property
    def place(self) -> Place:
        """The epoch and the batch, to be compared."""
        return self.epoch, self.batch

    def to_dict(self) -> dict[str, Any]:
        """The change as plain values."""
        plain = {"epoch": self.epoch, "batch": self.batch, "values": self.values}
        return plain | ({"edits": [edit.to_dict() for edit in self.edits]} if self.edits else {})


@dataclass(frozen=True, slots=True)
class History:
    """All records, oldest first, and all changes."""

    records: tuple[EpochRecord, ...] = ()
    changes: tuple[Change, ...] = ()
    begun_with: TrainingConfig | None = None
    """The hyperparameters before all changes; None where they are not known."""

    @property
    def best(self) -> EpochRecord | None:
        """The trained epoch with the lowest test loss, the first of equals; None where there is none to go back to."""
        return self.best_until(len(self.records) - 1)

    def best_until(self, epoch: int) -> EpochRecord | None:
        """The best of the epochs up to one.

        Where weights were changed by hand right after an epoch, the network of its record is on the branch that was left,
        and here is another: it does not count.
        """
        gone = {change.epoch - 1 for change in self.changes if change.edits and not change.batch}
        there = [record for record in self.records[1 : epoch + 1] if record.epoch not in gone]
        # NaN is less than nothing and not more than anything: it would stay where it comes first.
        return min(there, key=lambda r: math.inf if math.isnan(r.test_loss) else r.test_loss, default=None)

    def with_record(self, record: EpochRecord) -> History:
        """This history and one more epoch."""
        return replace(self, records=(*self.records, record))

    def with_change(self, change: Change) -> History:
        """This history and one more change."""
        return replace(self, changes=(*self.changes, change))

    def until(self, epoch: int, met: int) -> History:
        """What was known after an epoch and this many of the changes."""
        return replace(self, records=self.records[: epoch + 1], changes=self.changes[:met])
