"""A lesson that a teacher shows. One key leads forward and one leads back. The notes stand in a panel or in another
terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

from tui_nn.engine.commands import Mark, Return
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.lessons.notes import Notes
    from tui_nn.lessons.play import Play
    from tui_nn.session.run.run_set import RunSet
    from tui_nn.session.run.snapshot import Snapshot

_BUSY = (State.RUNNING, State.REPLAYING)


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """A state to which the back key can return: the state of the lesson, and the runs on the charts."""

    play: Play
    runs: RunSet | None


class Teaching:
    """An object that leads a teacher forward and back through a lesson.

    The forward key does the next action, or goes to the next step. Before that, the engine stores its state (`Mark`).
    The back key returns to this state, so the network is again the same, bit for bit.
    """

    def __init__(self, send: Callable[[Command], object], warn: Callable[[str], None]) -> None:
        """`send` sends a command to the engine. `warn` shows a sentence that it gets without a full stop."""
        # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.lessons.notes import NotesWriter

        self._send, self._warn = send, warn
        self._stops: list[Stop] = []
        self._returning: Stop | None = None
        """The state of the lesson to which the engine is now returning; None if it has arrived."""
        self._writer = NotesWriter()
        self._warned = ""
        self._started = self._step_started = time()
        self._number = 0
        self.notes: Notes | None = None
        """The notes on the present step."""

    # ---- the forward key and the back key

    def forward(self, play: Play, runs: RunSet | None) -> Play:
        """Do the next action, or go to the next step. While the network trains, do nothing. Return the new state of the
        lesson.
        """
        newest, last = play.newest, self._stops[-1].play if self._stops else None
        if newest is None or newest.status.state in _BUSY or self._returning is not None:
            return play
        action = play.action
        is_sent = last is not None and action is not None and (last.number, last.action) == (play.number, action)
        if is_sent and last is not None and last.newest is newest:
            return play  # The engine has not answered the last command yet.
        if action is None and play.is_last:
            return play
        if not is_sent:
            self._stops.append(Stop(play, runs))
            self._send(Mark(str(len(self._stops))))
        if action is not None:
            self._send(action.command)
            return play
        return play.go(play.number + 1)

    def back(self, play: Play) -> Play:
        """Return to the state before the last press of the forward key, if there is one.

        Return the new state of the lesson.
        """
        if not self._stops:
            return play
        self._returning = self._stops.pop()
        self._send(Return(str(len(self._stops) + 1)))
        return self._returning.play

    def arrived(self, snapshot: Snapshot) -> Stop | None:
        """Return the state of the lesson to which the engine has just returned; None if it has not arrived yet, or did
        not go back.
        """
        stop = self._returning
        if stop is None or stop.play.newest is None or not _is_same(snapshot, stop.play.newest):
            return None
        self._returning = None
        return stop

    @property
    def is_returning(self) -> bool:
        """True while the engine returns to an earlier state.

        Until it arrives, its snapshots still show the state before the return.
        """
        return self._returning is not None

    def lost(self) -> None:
        """Forget the states to which the back key returns, because the engine has lost them."""
        self._stops, self._returning = [], None

    # ---- the notes

    def follow(self, play: Play) -> None:
        """Write the notes on the present step for the panel, and for another terminal."""
        from tui_nn.lessons.notes import Notes

        if play.number != self._number:
            self._number, self._step_started = play.number, time()
        notes = Notes.of(play, self._started, self._step_started)
        if notes == self.notes:
            return
        self.notes = notes
        if (problem := self._writer.write(notes)) and problem != self._warned:
            self._warn(problem)
        self._warned = problem

    def end(self) -> None:
        """Remove the file with the notes."""
        self._writer.end()


def _is_same(now: Snapshot, then: Snapshot) -> bool:
    """Return whether the engine is idle, and in the same state as in the snapshot `then`."""

    def state(run: Snapshot) -> tuple[object, ...]:
        update = None if run.update is None else (run.update.done, run.update.complete)
        return run.run, run.place, run.branch, run.network, run.training, len(run.history.changes), update

    return now.status.state not in _BUSY and state(now) == state(then)
