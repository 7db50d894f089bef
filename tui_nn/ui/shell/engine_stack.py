"""Two engines that behave as one: the engine of the learner's own run, and the engine of a lesson on top of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.commands import Pause
from tui_nn.engine.messages import CarriedOut, Ended, Notice, Opened, OpenedRun, Rescued, SaveRefused, Start, Stopped
from tui_nn.ui.shell.engine import Engine

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.engine.messages import Message

RUNS = 1_000_000
"""The run numbers of two engines begin this far apart, so each engine can have this many runs."""


class EngineStack:
    """An engine that passes everything to the engine on top.

    A lesson has an engine of its own. Below it, the engine of the learner's own run pauses and keeps everything: epochs,
    branches, what can be undone, and the rescue file if the app is killed. When the lesson is left, this engine is on top
    again, and `poll` returns its data and its last snapshot once more.
    """

    def __init__(self, own: Engine, open_engine: Callable[[Start], Engine]) -> None:
        """Begin with `own`, the engine of the learner's own run. `open_engine` opens the engine of a lesson."""
        self._own, self._open_engine = own, open_engine
        self._lesson: Engine | None = None
        self._opened = 0
        self._last: dict[bool, Message] = {}
        """The newest messages of the learner's own engine. The key True has the description of the data, and the key False has the
        snapshot.
        """
        self._again: list[Message] = []

    @property
    def _top(self) -> Engine:
        return self._own if self._lesson is None else self._lesson

    @property
    def has_lesson(self) -> bool:
        """True while a lesson has its own engine and the engine of the learner's own run waits."""
        return self._lesson is not None

    def has_run(self, run: int) -> bool:
        """Return whether the run of this number belongs to the engine on top."""
        return run // RUNS == (self._opened if self.has_lesson else 0)

    def put_lesson(self, start: Start) -> None:
        """Pause the learner's own run, and put the engine of a lesson on top."""
        self.end_lesson()
        self._own.send(Pause())
        self._opened += 1
        self._lesson = self._open_engine(replace(start, first_run=self._opened * RUNS))

    def end_lesson(self, *, keeps_rescue_file: bool = False) -> None:
        """Close the engine of the lesson, discard its unsaved training, and return to the learner's own run.

        With `keeps_rescue_file`, the rescue file stays, because the engine has stopped by itself and the person was not asked.
        """
        if self._lesson is not None:
            if not keeps_rescue_file:
                self._lesson.dismiss()
            self._lesson.close()
            self._lesson = None
            self._again = [self._last[key] for key in (True, False) if key in self._last]

    # ---- the methods of an engine

    def send(self, command: Command) -> None:
        """Send a command to the engine on top."""
        self._top.send(command)

    def poll(self) -> list[Message]:
        """Return the messages of the engine on top since the last call."""
        messages, self._again = [*self._again, *self._top.poll()], []
        if self._lesson is None:
            for message in messages:
                # The annotation is not `Snapshot`, because its import would load NumPy before the first frame.
                if not isinstance(message, CarriedOut | Ended | Notice | OpenedRun | Rescued | SaveRefused | Stopped):
                    self._last[isinstance(message, Opened)] = message
        return messages

    def start_again(self) -> None:
        """Start the engine on top again, after it has stopped."""
        self._top.start_again()

    def hold(self) -> None:
        """Make the engine on top wait. If a lesson is played, the engine of the learner's own run is paused anyway."""
        self._top.hold()

    def go_on(self) -> None:
        """End the wait that `hold` began."""
        self._top.go_on()

    def dismiss(self) -> None:
        """Discard the unsaved training of the learner's own run."""
        self._own.dismiss()

    def close(self) -> None:
        """End both engines."""
        if self._lesson is not None:
            self._lesson.close()
        self._own.close()
