"""A limit on how often slow work is repeated during training."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

REST = 0.5
"""The shortest time, in seconds, between the end of the work and its next start."""
SHARE = 0.1
"""The share of all time that the work may take. Slower work is done less often."""


class Pace:
    """An object that does some work, such as drawing, at once if possible, but not too often.

    The last request is always carried out.
    """

    def __init__(self, owner: Widget, work: Callable[[], None], clock: Callable[[], float] = monotonic) -> None:
        """Do `work` on request. `owner` runs the timer, and `clock` returns the time in seconds."""
        self._owner, self._work, self._clock = owner, work, clock
        self._timer: Timer | None = None
        self._next = 0.0

    @property
    def waiting(self) -> bool:
        """Return whether a request is waiting."""
        return self._timer is not None

    def soon(self) -> None:
        """Do the work at once, or as soon as it may be repeated. Several requests until then are carried out as one."""
        wait = self._next - self._clock()
        if wait <= 0:
            self.now()
        elif self._timer is None:
            self._timer = self._owner.set_timer(wait, self.now)

    def follow(self, snapshot: Snapshot | None) -> None:
        """Do the work for a newer snapshot: at once, or during training as soon as it may be repeated."""
        if snapshot is not None and snapshot.status.state is State.RUNNING:
            self.soon()
        else:
            self.now()

    def now(self) -> None:
        """Do the work now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        began = self._clock()
        self._work()
        self._next = self._clock() + max(REST, (self._clock() - began) / SHARE)
