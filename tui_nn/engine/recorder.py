"""The recorder notes commands and views, and writes them as the lines of a session script.

A person presses keys while the network trains, but a replay waits after each line until the training is complete. So
the recorder writes the position (epoch and batch) at which a command interrupted the training. For example, `run` and a
pause within epoch 3 become `train-to 2 batch 40`. The engine reports this position after each command.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tui_nn.engine.command_text import command_text
from tui_nn.engine.commands import (
    Again,
    ApplyEdits,
    Change,
    Command,
    Dismiss,
    DropBookmark,
    Mark,
    OpenRescued,
    OpenRun,
    Pause,
    Quit,
    Rename,
    Replace,
    Restart,
    Return,
    Run,
    Save,
    Seek,
    SetBookmark,
    StepBatch,
    StepEpoch,
    Switch,
    TrainOn,
    TrainTo,
    Travel,
    Undo,
)
from tui_nn.engine.look import Look
from tui_nn.engine.messages import CarriedOut

_TRAINING = StepEpoch | StepBatch | Run | TrainTo
_UNWRITTEN = Pause | Save | Replace | Dismiss | Quit | OpenRescued
"""The commands that a script does not contain.

In place of a pause, the script has a training up to the epoch and batch of the pause.
"""
_BESIDE = Save | Replace | Rename | SetBookmark | DropBookmark | Mark | Dismiss
"""The commands that do not interrupt the training."""
_AMID = Change | ApplyEdits
"""The commands that change the present training but do not end it."""
_ABSOLUTE = Seek | Switch | Travel | Restart | Again | TrainOn | OpenRun | Undo | Return | Rename
"""The commands that have the same result before, during and after a replay to another epoch or batch."""
_UNDOABLE = Restart | Again | TrainOn | OpenRun | Change | ApplyEdits


@dataclass(slots=True, eq=False)
class _Entry:
    """One line of the script. Its text is None until the engine has carried out the command."""

    text: str | None
    command: Command | None = None
    restart: str = ""
    """The line that begins the same run without training it; "" if the command does not begin a run and train it."""


class Recorder:
    """A record of the commands and the views (looks) of one session."""

    def __init__(self) -> None:
        """Begin without lines."""
        self._entries: list[_Entry] = []
        self._resting = 0
        """The number of entries when the session was last idle. Only the training of later entries can be interrupted."""
        self._look: Look | None = None
        self._can_undo = False
        self.ended = ""
        """The reason why the recording has ended, without a capital letter and a full stop; "" if the recording goes on."""

    @property
    def lines(self) -> list[str]:
        """The lines of the script, without the commands that the engine has not carried out yet."""
        return [line for entry in self._entries if entry.text is not None for line in entry.text.split("\n")]

    def saw(self, look: Look) -> None:
        """Record the present view of the screen, if it has changed."""
        # The branch and epoch are left out of the line, because the lines of the commands already determine them.
        look = replace(look, branch=None, epoch=None)
        if not self.ended and look != self._look:
            self._look = look
            self._entries.append(_Entry(f"look {look.text}"))

    def sent(self, command: Command) -> None:
        """Record a command that was sent to the engine."""
        if not self.ended:
            self._entries.append(_Entry(None, command))

    def carried_out(self, done: CarriedOut) -> None:
        """Write the line of the command that the engine has now carried out."""
        entry = next((entry for entry in self._entries if entry.text is None and entry.command == done.command), None)
        if self.ended or entry is None:
            return
        command = done.command
        if done.failed:
            self._entries.remove(entry)
            return
        if isinstance(command, OpenRescued) or (isinstance(command, Undo) and not self._can_undo):
            self.ended = "the app restored a state that is older than the recording"
            self._entries.remove(entry)
            return
        self._can_undo |= isinstance(command, _UNDOABLE)
        goes_on = isinstance(command, _BESIDE) or (
            done.requested and isinstance(command, StepEpoch | StepBatch) and _adds(command, done.requested)
        )
        after: Iterable[Command] = ()
        if done.requested and not goes_on:
            self._interrupt(entry, done)
            after = done.requested if isinstance(command, _AMID) else ()
        elif done.was_replaying and not isinstance(command, _ABSOLUTE | _BESIDE):
            self._insert_before(entry, Seek(*done.place))
        if not done.requested:
            self._resting = self._entries.index(entry)
        # During a run, a request for one more epoch changes nothing, so it needs no line.
        if isinstance(command, _UNWRITTEN) or (isinstance(command, StepEpoch) and Run() in done.requested):
            self._entries.remove(entry)
            return
        # The pace lets people watch the training. A replay does not need it.
        written = Run() if isinstance(command, Run) else command
        entry.text = command_text(written, done.network, done.training)
        match command:
            case Again(network, training):
                entry.restart = command_text(Restart(network, training, done.preset), done.network, done.training)
            case TrainOn():
                begun = command_text(Restart(done.network, done.training, done.preset), done.network, done.training)
                # No command changes the data without training on them. So the data are changed first, and then the same
                # run begins again untrained.
                entry.restart = f"{entry.text}\n{begun}"
        at = self._entries.index(entry) + 1
        if after:
            self._resting = at
        self._entries[at:at] = [_Entry(command_text(more), more) for more in after]

    def _interrupt(self, entry: _Entry, done: CarriedOut) -> None:
        """Replace the training that `entry` interrupted with a line that trains up to the position of the interruption."""
        at = self._entries.index(entry)
        cut = [e for e in self._entries[self._resting : at] if e.text and isinstance(e.command, _TRAINING)]
        place = self._entries.index(cut[0]) if cut else at
        for old in self._entries[self._resting : at]:
            old.text = old.restart or old.text
        for old in cut:
            self._entries.remove(old)
        whole = TrainTo(*done.place)
        self._entries.insert(place, _Entry(command_text(whole), whole))
        self._resting = self._entries.index(entry)

    def _insert_before(self, entry: _Entry, command: Command) -> None:
        self._entries.insert(self._entries.index(entry), _Entry(command_text(command), command))


def _adds(command: Command, requested: tuple[Command, ...]) -> bool:
    """Return whether a command only adds to the training that is already requested, or requests epochs that the present
    run trains anyway.
    """
    during_run = (Run,) if isinstance(command, StepEpoch) else ()
    return all(isinstance(other, (type(command), *during_run)) for other in requested)
