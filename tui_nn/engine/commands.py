"""The commands of an engine: one frozen dataclass for each action of a session.

Keys, the palette, the command line and the child process use these classes. `command_text` converts them to and from text.
This module loads neither NumPy nor Textual, so the screens can import it before their first paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_nn.config.configs import NetworkConfig, TrainingConfig

if TYPE_CHECKING:
    # Only the type checker needs these names, and importing them would load NumPy.
    from tui_nn.core.choices.edits import Edits


@dataclass(frozen=True, slots=True)
class StepEpoch:
    """Train to the end of the current epoch. Between two epochs, train a whole one."""


@dataclass(frozen=True, slots=True)
class StepBatch:
    """Train one batch, which makes one update."""


@dataclass(frozen=True, slots=True)
class Run:
    """Train to the end of the planned epochs. If all planned epochs are complete, train the same number of epochs again."""

    pace: float | None = None
    """The largest number of epochs a second; None for no limit. The pace does not change the result."""


@dataclass(frozen=True, slots=True)
class TrainTo:
    """Train until `epoch` epochs and `batch` more batches are complete. If the run is already beyond this position, do nothing."""

    epoch: int
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop training after the current batch."""


@dataclass(frozen=True, slots=True)
class Act:
    """Do the next step of one update, for the microscope."""


@dataclass(frozen=True, slots=True)
class FinishUpdate:
    """Do all remaining steps of the update that is under the microscope."""


@dataclass(frozen=True, slots=True)
class DropUpdate:
    """Discard the unfinished update that is under the microscope. The weights do not change."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Begin another run at epoch 0 with these settings."""

    network: NetworkConfig
    training: TrainingConfig
    preset: str
    """The name of the preset that the settings come from."""


@dataclass(frozen=True, slots=True)
class Again:
    """Begin another run with these settings, and train it for as many epochs as the current run, or for the planned epochs.

    With the seed of the current run, the new run has the same start weights and the same order of examples, unless the
    settings make them different.
    """

    network: NetworkConfig
    training: TrainingConfig


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo the last command that began another run, changed settings or edited weights. A second `Undo` redoes this command."""


@dataclass(frozen=True, slots=True)
class TrainOn:
    """Load other data, begin another run on them with the present settings, and train."""

    source: str
    """The source of the data, in the form that `load_dataset` takes."""


@dataclass(frozen=True, slots=True)
class Change:
    """Train with these settings from now on. The network keeps its weights."""

    training: TrainingConfig


@dataclass(frozen=True, slots=True)
class ApplyEdits:
    """Change weights and biases by hand, or switch units off."""

    edits: Edits


@dataclass(frozen=True, slots=True)
class Save:
    """Write the run to a file, unless the file exists and does not contain this run."""

    path: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Write the run to a file, and replace the contents of this file."""

    path: str


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to the position after `epoch` complete epochs and `batch` more batches, on the current branch."""

    epoch: int
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Travel:
    """Go forward by `epochs` epochs, or back if the number is negative, but not beyond the ends of the branch."""

    epochs: int


@dataclass(frozen=True, slots=True)
class BackABatch:
    """Go back to the start of the last batch."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Go to the end of another branch: its newest epoch and batch."""

    branch: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Remember the present state of the session under a name, for `Return`."""

    name: str


@dataclass(frozen=True, slots=True)
class Return:
    """Return to the state that a `Mark` has remembered. It consists of the run, its history, its epoch and batch, its network, and
    the step that `Undo` can undo.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a branch a title."""

    branch: int
    title: str


@dataclass(frozen=True, slots=True)
class SetBookmark:
    """Give a view of the run a name. The new bookmark replaces an old one of the same name."""

    name: str
    look: str
    """The text form of the view, such as "train epoch=40"."""


@dataclass(frozen=True, slots=True)
class DropBookmark:
    """Remove the bookmark with this name."""

    name: str


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Continue a saved run, in place of the present run."""

    path: str


@dataclass(frozen=True, slots=True)
class OpenRescued:
    """Continue the run in a rescue file, in place of the present run."""

    path: str


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Discard the unsaved training of the run, so that the app does not offer to continue it again."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the child process in which the engine runs."""


Command = (
    StepEpoch | StepBatch | Run | TrainTo | Pause | Act | FinishUpdate | DropUpdate | Restart | Again | Undo | TrainOn
    | Change | ApplyEdits | Save | Replace | Seek | Travel | BackABatch | Switch | Mark | Return | Rename
    | SetBookmark | DropBookmark | OpenRun | OpenRescued | Dismiss | Quit
)  # fmt: skip
"""The type of a command: the union of all classes in this module."""
