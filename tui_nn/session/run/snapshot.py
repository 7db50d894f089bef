"""The snapshot of a session: everything that a front end may know about it, frozen, so that it can be kept and sent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Parameters, frozen
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
    """A session at one moment."""

    preset: str
    """The preset from which it began."""
    network: NetworkConfig
    training: TrainingConfig
    parameters: Parameters
    moments: tuple[Array, ...]
    """The optimizer's moments, read-only, (count,) each."""
    history: History
    evaluation: Evaluation
    """The outputs of the network for the test examples."""
    epoch: int
    """The number of epochs after which `parameters` were taken. The history may go on beyond it."""
    epoch_training: TrainingConfig
    """The hyperparameters with which the current epoch began: it keeps their batch size and order to its end."""
    batches: int
    """The number of batches in an epoch."""
    train_examples: int
    """The number of examples to train on, with the train limit applied."""
    progress: Progress
    status: Status
    step: int
    """The number of updates behind `parameters`. During training `progress.step` may be larger."""
    optimizer_steps: int
    """The number of updates since the optimizer's moments were 0."""
    last_update: Array | None = None
    """The change of each parameter in the last update, (count,), read-only; None if unknown."""
    update: UpdateView | None = None
    """The update under the microscope: the current one, or the last one if nothing was trained since."""
    layers: tuple[LayerRecord, ...] = ()
    """Statistics of each layer on the test examples; empty if unknown."""
    run: int = 0
    """It differs for each network that the session began with."""
    branch: int = 0
    """The number of the branch that `history` belongs to."""
    branches: tuple[Branch, ...] = ()
    """All branches of the run, with that one."""
    changes_applied: int | None = None
    """How many changes of the history are applied; None if the file of the run does not contain it."""
    batch_losses: Array | None = None
    """The batch losses of the current epoch so far, read-only; None between epochs, or if unknown."""
    bookmarks: tuple[Bookmark, ...] = ()
    made_with: tuple[MadeWith, ...] = ()
    """The environments in which the run was trained before it was opened here."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for moment in self.moments:
            frozen(moment)
        for array in (self.last_update, self.batch_losses):
            if array is not None:
                frozen(array)

    def __reduce__(self) -> tuple[type[Snapshot], tuple[Any, ...]]:
        # Pickling goes through the constructor, because NumPy forgets that an array was read-only.
        return Snapshot, tuple(getattr(self, field.name) for field in fields(self))

    @property
    def mlp(self) -> MLP:
        """The network, to ask it questions."""
        return MLP(self.network, self.parameters)

    @property
    def record(self) -> EpochRecord:
        """The record of the epoch that is shown."""
        return self.history.records[self.epoch]

    @property
    def newest_epoch(self) -> int:
        """The number of the last epoch of the history; larger than `epoch` while looking back."""
        return len(self.history.records) - 1

    @property
    def own_branch(self) -> Branch:
        """The branch that `history` belongs to."""
        return self.branches[self.branch] if self.branches else Branch(self.history)

    @property
    def place(self) -> Place:
        """Where `parameters` were taken: complete epochs, and complete batches of the next one."""
        return self.epoch, self.progress.batch if self.step == self.progress.step else 0

    @property
    def difference_from_here(self) -> str:
        """One sentence about versions or a kernel that differ from where the run was trained; "" if none does."""
        return difference_from_here(self.made_with)

    def changes_applied_at(self, batch: int) -> int:
        """Count the changes that are applied at the shown epoch and `batch`."""
        place = self.epoch, batch
        until = sum(change.place <= place for change in self.history.changes)
        if self.changes_applied is not None:
            return min(self.changes_applied, until)
        # Files of format 1 do not contain the number. It follows from the place, as it does when somebody travels there.
        if self.epoch < self.newest_epoch:
            return self.own_branch.changes_at(place)
        return until
