"""The messages of an engine: the `Start` that it receives and the reports that it sends. The commands are in `commands`.

Neither this module nor `process` imports NumPy: the app paints its frame while NumPy is still being loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.session.run.status import Progress, Status

if TYPE_CHECKING:
    from tui_nn.core.parameters import Array
    from tui_nn.core.watch.update_view import UpdateView
    from tui_nn.data.dataset import Dataset, Split
    from tui_nn.engine.branch_news import BranchNews
    from tui_nn.engine.commands import Command
    from tui_nn.session.file.summary import FileSummary
    from tui_nn.session.run.history import Place
    from tui_nn.session.run.run_summary import RunSummary
    from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The settings and the data of a new or continued session."""

    network: NetworkConfig | None = None
    training: TrainingConfig | None = None
    """The settings; None means the settings of the preset. The engine reads the preset, because a check of settings needs NumPy."""
    preset: str = "quick-start"
    source: str | None = None
    """The source of the data: None for the bundled digits, else the path of a file."""
    own: Split | None = None
    """Your own digits, if `source` asks for some.

    If they are given, the engine does not read them from the file of your own digits.
    """
    dataset: Dataset | None = None
    """The data itself; None if the engine must load it from `source`."""
    run: str | None = None
    """A run file to continue. If it is given, the settings and the preset of this `Start` are ignored."""
    snapshot: Snapshot | None = None
    """A snapshot to continue from, after an engine was lost."""
    timeline_bytes: int | None = None
    """The memory for the checkpoints of time travel in bytes; None for the default."""
    commands: tuple[str, ...] = ()
    """Commands in their text form. The engine carries out each of them to its end before its first report."""
    first_run: int = 1
    """The number of the first run. Each engine of an app begins with another number, so that no two runs have the same number."""
    rescue: str | None = None
    """The path of the rescue file, which keeps unsaved training; None for no rescue file."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """The message that the data is loaded.

    An engine sends it first of all messages, and again when its session uses other data.
    """

    data_name: str
    train_examples: int
    test: Split
    source: str = "bundled"
    """The source of the data: "bundled", or the path of a file."""
    own: Split | None = None
    """Your own digits in the training data. Their file may have changed after they were loaded."""
    earlier: tuple[RunSummary, ...] = ()
    """The commands of a `Start` can begin new runs. This is the last state of each run that they have replaced, with
    the oldest run first.
    """
    train: Split | None = None
    """The training data, if a `Start` contained the data itself. Otherwise this is None, and the front end loads the
    data from `source`.
    """
    validation: Split | None = None
    """The validation data that belongs to `train`; None if there is no validation data, or if the front end loads the data."""

    def dataset(self) -> Dataset:
        """Return all data of the session. This method may load them again, which takes time.

        Raises:
            DataError: if the data cannot be read.
        """
        # This import is late, because these modules import NumPy.
        from tui_nn.data.dataset import Dataset
        from tui_nn.data.loading import load_dataset

        if self.train is not None:
            return Dataset(self.data_name, self.source, self.train, self.test, self.validation)
        return load_dataset(self.source, self.own)


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """The message with the last state of a run that another run has replaced. The last snapshot of that run may lack its last
    batches.
    """

    summary: RunSummary


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """The message that a saved run was opened in place of another run."""

    path: str
    run: int
    """The number by which the session identifies the opened run."""


@dataclass(frozen=True, slots=True)
class SaveRefused:
    """The message that a run was not saved, because the file exists and does not contain this run."""

    path: str
    reason: str
    """The reason, as a sentence without a capital letter and a full stop."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """The message that earlier sessions of the app ended without saving these runs."""

    runs: tuple[FileSummary, ...]
    """The summaries of the runs in the rescue files, the newest first."""


@dataclass(frozen=True, slots=True)
class Tick:
    """The message with the progress inside an epoch, without weights. The engine sends a Tick if only the progress has changed
    since the last snapshot.
    """

    progress: Progress
    status: Status
    update: UpdateView | UpdateChange | None = None
    """The update under the microscope, or its changes; None if there is no such update."""
    batch_losses: Array | None = field(default=None, compare=False)
    """The losses of the complete batches of the current epoch, at most 2 KiB; None between epochs."""


@dataclass(frozen=True, slots=True, eq=False)
class UpdateChange:
    """The fields of the update under the microscope that have changed since the last message to the other process."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A snapshot in the form that is sent through the pipe. In place of the branches and the update, it contains only
    their changes.
    """

    snapshot: Snapshot
    """The snapshot without its history, its branches and its update."""
    news: BranchNews
    """The changes of the run's branches since the last report."""
    update: UpdateChange | None
    """The changes of the update under the microscope; None if there is no such update."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user, such as the report that a run was saved."""

    text: str
    is_error: bool = False
    command: type[Command] | None = field(default=None, compare=False)
    """The type of the command that the notice answers."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The message that a command was carried out, or that its training has begun.

    Its fields describe the state before the command.
    """

    command: Command
    place: Place
    preset: str
    network: NetworkConfig
    training: TrainingConfig
    requested: tuple[Command, ...] = ()
    """The commands that request the part of the interrupted training that was not done; () if no training was interrupted."""
    was_replaying: bool = False
    """True if the session was replaying to another epoch or batch."""
    failed: bool = False
    """True if the command was refused, so that nothing has changed."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The message that the engine has stopped. The reason is one sentence without a capital letter and a full stop."""

    reason: str


def acts_to_repeat(update: UpdateView | None) -> int:
    """Return the number of steps of an unfinished update that a new engine must repeat."""
    if update is None:
        return 0
    return 1 if update.failure else 0 if update.complete else update.done


def describe_failure(error: BaseException) -> str:
    """Return a sentence that says why an engine stopped, for a `Stopped` message."""
    if isinstance(error, MemoryError):
        return "there is not enough memory; use fewer examples or fewer units"
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}".rstrip(": ")


if TYPE_CHECKING:
    Message = Opened | OpenedRun | Rescued | SaveRefused | Snapshot | Ended | Notice | CarriedOut | Stopped
    """The messages for a front end. The engine adds each `Tick` (progress without weights) to the last snapshot."""
