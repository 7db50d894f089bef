"""The history of a run: one record for each epoch, and every change that was made by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

Place = tuple[int, int]
"""A position in a run: the number of complete epochs, and the number of complete batches in the next epoch."""

if TYPE_CHECKING:
    # Only type checkers need these imports. They would load NumPy, and the app draws its frame before NumPy is loaded.
    from tui_nn.config.configs import TrainingConfig
    from tui_nn.core.choices.edits import Edits
    from tui_nn.core.parameters import Array, Labels


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """The statistics of one layer after one epoch. A figure that is unknown or undefined is NaN."""

    a_mean: float
    """The mean of the layer's activations on the test examples."""
    a_std: float
    """The standard deviation of the layer's activations on the test examples."""
    dead: float
    """The share of the layer's units that output 0 for every test example, 0 to 1; NaN if its units cannot die."""
    saturated: float
    """The share of the layer's activations that are near a limit of the activation function, 0 to 1; NaN if the
    activation function has no limits.
    """
    gradient_rms: float
    """The root mean square of the gradient of its weights in the last update of the epoch.

    This is the gradient of the batch's loss (with label smoothing, if it is set) before penalty and clipping. In files
    of earlier versions, penalty and clipping are included.
    """
    update_ratio: float
    """log10 of ‖ΔW‖ / ‖W‖ for the last update of the epoch; −inf if no weight changed."""


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """The results of one epoch. Record 0 describes the untrained network.

    The training figures are means over the epoch's batches, and each batch is measured before its update. In record 0
    they are measured on all training examples. Test and validation figures describe the network after the epoch.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float = field(default=0.0, compare=False)
    """The time of training in seconds, without evaluation. Equal runs take different times, so records are compared without it."""
    predicted: Labels | None = field(default=None, compare=False, repr=False)
    """The predicted class of each test example, shape (n,), read-only; None if unknown."""
    layers: tuple[LayerRecord, ...] = field(default=(), compare=False, repr=False)
    """One record for each layer, the first hidden layer first; empty if unknown."""
    # The fields below are NaN in most runs, and NaN does not equal itself. So compare=False leaves them out of
    # comparisons.
    validation_loss: float = field(default=math.nan, compare=False)
    """The loss on the validation data; NaN without validation data."""
    validation_accuracy: float = field(default=math.nan, compare=False)
    """The accuracy on the validation data; NaN without validation data."""
    batch_losses: Array | None = field(default=None, compare=False, repr=False)
    """The mean loss of each batch before its update, float32, read-only; None if unknown.

    For an epoch with many batches, each number is a mean over neighbouring batches.
    """

    @property
    def has_validation(self) -> bool:
        """True if the network was evaluated on validation data.

        The loss may be NaN even then, so the accuracy decides.
        """
        return not math.isnan(self.validation_accuracy)

    @property
    def monitored_loss(self) -> float:
        """The loss that decides which epoch is the best: the validation loss if there is one, else the test loss."""
        return self.validation_loss if self.has_validation else self.test_loss

    @property
    def monitored_accuracy(self) -> float:
        """The accuracy on the same data as `monitored_loss`."""
        return self.validation_accuracy if self.has_validation else self.test_accuracy

    def to_dict(self) -> dict[str, Any]:
        """Return the figures of the record as a dict of plain values."""
        names = NUMBERS + VALIDATION_NUMBERS if self.has_validation else NUMBERS
        return {name: getattr(self, name) for name in names}


NUMBERS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds")
"""The names of the fields of a record that are one number each."""

VALIDATION_NUMBERS = ("validation_loss", "validation_accuracy")
"""The names of the fields of a record that exist only with validation data."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made by hand during training, to hyperparameters or to parameters."""

    epoch: int
    """The number of the epoch in which the change was made. The first epoch is number 1."""
    batch: int
    """The number of batches in this epoch that were complete before the change."""
    values: dict[str, Any]
    """The new values of the changed hyperparameters, by the name of the hyperparameter."""
    edits: Edits = ()
    """Weights and biases that were set, and units that were switched off."""

    @classmethod
    def at(cls, place: Place, values: dict[str, Any], edits: Edits = ()) -> Change:
        """Return a change at this position (complete epochs, batches of the next)."""
        return cls(place[0] + 1, place[1], values, edits)

    @property
    def place(self) -> Place:
        """The position of the change: (complete epochs, complete batches of the next epoch)."""
        return self.epoch - 1, self.batch

    def to_dict(self) -> dict[str, Any]:
        """Return the epoch, batch, new values and edits of the change as a dict of plain values."""
        plain = {"epoch": self.epoch, "batch": self.batch, "values": self.values}
        return plain | ({"edits": [edit.to_dict() for edit in self.edits]} if self.edits else {})


@dataclass(frozen=True, slots=True)
class History:
    """All epoch records and all changes by hand, oldest first."""

    records: tuple[EpochRecord, ...] = ()
    changes: tuple[Change, ...] = ()
    begun_with: TrainingConfig | None = None
    """The hyperparameters before the first change; None if unknown."""

    @property
    def monitored_data(self) -> str:
        """The name of the data whose loss decides which epoch is the best: "validation" or "test"."""
        return "validation" if self.records and self.records[-1].has_validation else "test"

    @property
    def best(self) -> EpochRecord | None:
        """The best trained epoch, which is the first with the lowest `monitored_loss`; None if no epoch is trained."""
        return self.best_until(len(self.records) - 1)

    def best_until(self, epoch: int) -> EpochRecord | None:
        """Return the best of the trained epochs up to number `epoch`.

        An epoch does not count if weights were edited by hand right after it, because its record describes the network
        before the edit.
        """
        edited = {change.epoch - 1 for change in self.changes if change.edits and not change.batch}
        candidates = [record for record in self.records[1 : epoch + 1] if record.epoch not in edited]
        # min() would return a NaN that comes first, because comparisons with NaN are False.
        return min(
            candidates, key=lambda r: math.inf if math.isnan(r.monitored_loss) else r.monitored_loss, default=None
        )

    @property
    def first_training(self) -> TrainingConfig | None:
        """The hyperparameters of the first update, with the changes before it; None if unknown."""
        values: dict[str, Any] = {}
        for change in self.changes:
            if change.place == (0, 0):
                values |= change.values
        return self.begun_with and replace(self.begun_with, **values)

    @property
    def later_changes(self) -> tuple[Change, ...]:
        """The changes that `first_training` does not contain: those after the first update, and edits."""
        return tuple(change for change in self.changes if change.edits or change.place != (0, 0))

    def with_record(self, record: EpochRecord) -> History:
        """Return a copy of this history with the record of one more epoch."""
        return replace(self, records=(*self.records, record))

    def with_change(self, change: Change) -> History:
        """Return a copy of this history with one more change by hand."""
        return replace(self, changes=(*self.changes, change))

    def until(self, epoch: int, changes: int) -> History:
        """Return this history up to the record of an epoch, with only the first `changes` changes."""
        return replace(self, records=self.records[: epoch + 1], changes=self.changes[:changes])
