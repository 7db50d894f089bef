"""The snapshot of a session: everything that a front end receives. It is frozen, and can be sent to another process."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from html import escape
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Parameters, frozen
from tui_nn.data.measure import DataFacts
from tui_nn.session.run.bookmark import Bookmark
from tui_nn.session.run.history import EpochRecord, History, LayerRecord, Place
from tui_nn.session.run.made_with import MadeWith, difference_from_here
from tui_nn.session.run.status import Progress, State, Status
from tui_nn.session.run.timeline import Branch

if TYPE_CHECKING:
    from tui_nn.core.watch.update_view import UpdateView

__all__ = ["Progress", "Snapshot", "State", "Status"]


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Snapshot:
    """The state of a session at one moment."""

    preset: str
    """The preset from which the run began."""
    network: NetworkConfig
    training: TrainingConfig
    parameters: Parameters
    moments: tuple[Array, ...]
    """The optimizer's moments, read-only. Each has one number for each parameter."""
    history: History
    evaluation: Evaluation
    """The outputs of the network for the test examples."""
    epoch: int
    """The number of complete epochs at the position that is shown. The history may contain later epochs."""
    epoch_training: TrainingConfig
    """The hyperparameters at the start of the current epoch.

    Their batch size and their order of examples hold until its end.
    """
    batches: int
    """The number of batches in an epoch."""
    train_examples: int
    """The number of examples that the run trains on: those up to the train limit, without the examples set aside."""
    progress: Progress
    status: Status
    step: int
    """The number of updates that led to `parameters`. During training, `progress.step` may be larger."""
    optimizer_steps: int
    """The number of updates since the optimizer's moments were 0."""
    set_aside: int = 0
    """The number of training examples that are set aside for validation; 0 if the dataset contains validation data."""
    validation: tuple[float, float] = (math.nan, math.nan)
    """The loss and the accuracy of the network on the validation examples; NaN if there are none."""
    last_update: Array | None = None
    """The change of each parameter in the last update, read-only; None if unknown."""
    update: UpdateView | None = None
    """The update under the microscope, unfinished or complete; None if there is none."""
    layers: tuple[LayerRecord, ...] = ()
    """The statistics of each layer on the test examples; empty if unknown."""
    run: int = 0
    """The number of the run, which differs for every run of a session."""
    branch: int = 0
    """The number of the branch that `history` belongs to."""
    branches: tuple[Branch, ...] = ()
    """All branches of the run, including the present one."""
    changes_applied: int | None = None
    """The number of changes (edits or new settings made by hand) that are in effect; None if a run file does not
    contain it.
    """
    batch_losses: Array | None = None
    """The loss of each complete batch of the current epoch, read-only; None between epochs, or if unknown."""
    bookmarks: tuple[Bookmark, ...] = ()
    made_with: tuple[MadeWith, ...] = ()
    """The environments in which the run was trained before this process opened it."""
    data_facts: DataFacts | None = None
    """The measured facts about the training data; None if they were not measured."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for moment in self.moments:
            frozen(moment)
        for array in (self.last_update, self.batch_losses):
            if array is not None:
                frozen(array)

    def __reduce__(self) -> tuple[type[Snapshot], tuple[Any, ...]]:
        # Pickled arrays lose their read-only flag. So unpickling calls the constructor, which sets it again.
        return Snapshot, tuple(getattr(self, field.name) for field in fields(self))

    def __repr__(self) -> str:
        """Return the run in a few words, such as "<Snapshot of quick-start 784-128-10, epoch 3, test accuracy 92.4 %>"."""
        return f"<Snapshot of {run_words(self.preset, self.network, self.history, self.place)}>"

    def _repr_html_(self) -> str:
        """Return the losses and accuracies of every epoch as a table for a notebook."""
        return run_table(run_words(self.preset, self.network, self.history, self.place), self.history)

    @property
    def mlp(self) -> MLP:
        """A network with the parameters of the snapshot."""
        return MLP(self.network, self.parameters)

    @property
    def record(self) -> EpochRecord:
        """The record of the shown epoch."""
        return self.history.records[self.epoch]

    @property
    def newest_epoch(self) -> int:
        """The number of the last epoch in the history. It is larger than `epoch` if an earlier epoch is shown."""
        return len(self.history.records) - 1

    @property
    def has_begun(self) -> bool:
        """True if the run was trained, or if weights were edited by hand. A run that has not begun need not be kept."""
        trained = self.newest_epoch or self.progress.step or len(self.branches) > 1
        return bool(trained or any(change.edits for change in self.history.changes))

    @property
    def own_branch(self) -> Branch:
        """The branch that `history` belongs to."""
        return self.branches[self.branch] if self.branches else Branch(self.history)

    @property
    def place(self) -> Place:
        """The position that is shown: (complete epochs, complete batches of the next epoch)."""
        return self.epoch, self.progress.batch if self.step == self.progress.step else 0

    @property
    def difference_from_here(self) -> str:
        """A sentence that says how this environment (versions and processor) differs from those of the run; "" if it
        does not.
        """
        return difference_from_here(self.made_with)

    def changes_applied_at(self, batch: int) -> int:
        """Return the number of changes that are in effect after `batch` batches of the shown epoch."""
        place = self.epoch, batch
        until = sum(change.place <= place for change in self.history.changes)
        if self.changes_applied is not None:
            return min(self.changes_applied, until)
        # Files of format 1 do not contain `changes_applied`. The number is then computed from the position, as after time travel.
        if self.epoch < self.newest_epoch:
            return self.own_branch.changes_at(place)
        return until


def run_words(preset: str, network: NetworkConfig, history: History, place: Place) -> str:
    """Return a run in a few words, such as "quick-start 784-128-10, epoch 3, test accuracy 92.4 %"."""
    sizes, (epoch, batch) = "-".join(map(str, network.sizes)), place
    inside = f" and {batch} batches" if batch else ""
    return f"{preset} {sizes}, epoch {epoch}{inside}, test accuracy {history.records[epoch].test_accuracy * 100:.1f} %"


def run_table(title: str, history: History) -> str:
    """Return the losses and accuracies of every epoch as an HTML table with a title."""
    kinds = ("train", "validation", "test") if history.records[0].has_validation else ("train", "test")
    head = "".join(f"<th>{kind} loss</th><th>{kind} accuracy</th>" for kind in kinds)
    rows = ""
    for record in history.records:
        numbers = ((getattr(record, f"{kind}_loss"), getattr(record, f"{kind}_accuracy")) for kind in kinds)
        cells = "".join(f"<td>{loss:.4f}</td><td>{share * 100:.1f} %</td>" for loss, share in numbers)
        rows += f"<tr><td>{record.epoch}</td>{cells}</tr>"
    return f"<p>{escape(title)}</p><table><tr><th>epoch</th>{head}</tr>{rows}</table>"
