"""The frozen view of a session that front ends get: all that they may know, safe to keep and to send."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui_nn.core.arrays import Array
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.network import MLP, Evaluation
from tui_nn.core.parameters import Parameters
from tui_nn.session.history import EpochRecord, History


class State(StrEnum):
    """What a session is doing."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class Status:
    """A state, and why it is so."""

    state: State = State.READY
    reason: str = ""
    """Of a divergence: what is not finite, in which epoch and batch."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present epoch is; cheap enough to send many times a second."""

    batch: int = 0
    """Batches of the epoch that are done; 0 at its start."""
    share: float = 0.0
    """Share of the epoch's examples that are done, 0 to 1: moves inside a full batch too."""
    step: int = 0
    """Updates since the start weights."""
    loss: float = 0.0
    """Summed over the examples of the epoch's batches that are done."""
    correct: int = 0
    """Correct answers among them."""
    seconds_a_step: float = 0.0
    examples_a_second: float = 0.0
    """Of the last epoch or part of one; 0 before anything was trained."""


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
    """Epochs that are complete."""
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

    @property
    def mlp(self) -> MLP:
        """The network as it was, to ask it something."""
        return MLP(self.network, self.parameters)

    @property
    def record(self) -> EpochRecord:
        """The record of the newest complete epoch."""
        return self.history.records[-1]
