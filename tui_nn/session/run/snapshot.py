"""The frozen view of a session that front ends get: all that they may know, safe to keep and to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.network import MLP, Evaluation
from tui_nn.core.parameters import Array, Parameters, frozen
from tui_nn.session.run.history import EpochRecord, History, LayerRecord
from tui_nn.session.run.status import Progress, State, Status
from tui_nn.session.run.timeline import Branch

if TYPE_CHECKING:
    from tui_nn.core.watch.update_view import UpdateView

__all__ = ["Progress", "Snapshot", "State", "Status"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Snapshot:
    """A session at one moment."""

    preset: str
    """The preset it began from."""
    network: NetworkConfig
    training: TrainingConfig
    parameters: Parameters
    moments: tuple[Array, ...]
    """The optimizer's vectors, read-only, (count,) each."""
    history: History
    evaluation: Evaluation
    """What `parameters` answer on the test examples."""
    epoch: int
    """Epochs behind `parameters`: the epoch that is shown. The history may go on beyond it."""
    epoch_training: TrainingConfig
    """What the epoch under way began with: its batch size and order stay these to its end."""
    batches: int
    """Batches in an epoch."""
    train_examples: int
    """Examples that are trained on, the train limit applied."""
    progress: Progress
    status: Status
    step: int
    """Updates behind `parameters`; `progress.step` may be ahead of it while running."""
    optimizer_steps: int
    """Updates since the optimizer's moments were 0."""
    last_update: Array | None = None
    """What the last update added to the parameters, (count,), read-only; None where that is not known any more."""
    update: UpdateView | None = None
    """What is under the microscope: the update under way, or the last one if nothing was trained since."""
    layers: tuple[LayerRecord, ...] = ()
    """What the layers of `parameters` did on the test examples; empty where that is not known."""
    run: int = 0
    """Another number for every network that the session began with."""
    branch: int = 0
    """The branch that `history` is of, by its number."""
    branches: tuple[Branch, ...] = ()
    """All branches of the run, that one included."""

    def __post_init__(self) -> None:
        """Seal the arrays."""
        for moment in self.moments:
            frozen(moment)
        if self.last_update is not None:
            frozen(self.last_update)

    def __reduce__(self) -> tuple[type[Snapshot], tuple[Any, ...]]:
        # Through the constructor: NumPy forgets on the way that an array was read-only.
        return Snapshot, tuple(getattr(self, name) for name in self.__slots__)

    @property
    def mlp(self) -> MLP:
        """The network as it was, to ask it something."""
        return MLP(self.network, self.parameters)

    @property
    def record(self) -> EpochRecord:
        """The record of the epoch that is shown."""
        return self.history.records[self.epoch]

    @property
    def newest_epoch(self) -> int:
        """The last epoch of the history; above `epoch` while looking back."""
        return len(self.history.records) - 1
