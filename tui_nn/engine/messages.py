"""The messages of an engine: how it starts and what it reports. The commands that it takes are in `commands`.

Neither this module nor `process` imports NumPy: the app paints its frame while NumPy is still being loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.session.run.status import Progress, Status

if TYPE_CHECKING:
    from tui_nn.core.watch.update_view import UpdateView
    from tui_nn.data.dataset import Split
    from tui_nn.engine.branch_news import BranchNews
    from tui_nn.engine.commands import Command
    from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a session begins with."""

    network: NetworkConfig | None = None
    training: TrainingConfig | None = None
    """None for either: as the preset has it. The engine looks it up, for checking a config takes NumPy."""
    preset: str = "quick-start"
    source: str | None = None
    """Where the data comes from: None for the bundled digits, else a file's path."""
    own: Split | None = None
    """One's own digits, where the source speaks of some and they are not to be taken from their file."""
    run: str | None = None
    """A run file to go on with; the configs above then do not matter."""
    snapshot: Snapshot | None = None
    """A snapshot to go on with, after an engine was lost."""
    timeline_bytes: int | None = None
    """What the checkpoints of time travel may take; None for what is usual."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """The data is there. Sent first, and again when other data is used."""

    data_name: str
    train_examples: int
    test: Split
    source: str = "bundled"
    """Where the data came from, as a `Start` takes it."""
    own: Split | None = None
    """One's own digits that are among those to train on: their file may have others by now."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What changed since the last snapshot, where that is no more than how far the epoch is."""

    progress: Progress
    status: Status
    update: UpdateView | UpdateChange | None = None
    """What is under the microscope."""


@dataclass(frozen=True, slots=True, eq=False)
class UpdateChange:
    """In place of an update on its way through a pipe: the fields that the other side has not got."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """In place of a snapshot on its way through a pipe: it, and what the other side has not got of its branches."""

    snapshot: Snapshot
    """Without history, branches and update."""
    news: BranchNews
    update: UpdateChange | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the person: a run was saved, or could not be."""

    text: str
    is_error: bool = False
    command: type[Command] | None = field(default=None, compare=False)
    """The type of the command that it answers."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The engine is gone; the reason is one sentence, begun small and without its full stop."""

    reason: str


def acts_to_repeat(update: UpdateView | None) -> int:
    """How many acts of an update were done when an engine was lost: nothing of it is in the parameters yet."""
    if update is None:
        return 0
    return 1 if update.failure else 0 if update.complete else update.done


def describe_failure(error: BaseException) -> str:
    """Why an engine is gone, as a `Stopped` says it."""
    if isinstance(error, MemoryError):
        return "there is not enough memory; take fewer examples or fewer units"
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}".rstrip(": ")


if TYPE_CHECKING:
    Message = Opened | Snapshot | Notice | Stopped
    """What a front end gets. A `Tick` never reaches it: it is put into the last snapshot."""
