"""Doing something that costs time often enough to be up to date, and not so often that it is in the way."""

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
"""Seconds from one time to the next, at least, while there is no hurry."""
SHARE = 0.1
"""Of all time that the work may take: work that takes long is done less often."""


class Pace:
    """Does some work at once, or as soon as it may be done again. Whatever was asked for last is always done."""

    def __init__(self, owner: Widget, work: Callable[[], None], clock: Callable[[], float] = monotonic) -> None:
        """Do `work` when asked; `owner` has the timer, `clock` counts seconds."""
        self._owner, self._work, self._clock = owner, work, clock
        self._timer: Timer | None = None
        self._next = 0.0

    @property
    def waiting(self) -> bool:
        """Whether there is something that waits for its time."""
        return self._timer is not None

    def soon(self) -> None:
        """Do it when it may be done again; asking twice does it once."""
        wait = self._next - self._clock()
        if wait <= 0:
            self.now()
        elif self._timer is None:
            self._timer = self._owner.set_timer(wait, self.now)

    def follow(self, snapshot: Snapshot | None) -> None:
        """Do it for a newer snapshot: at once, or while training goes on as soon as it may be done again."""
        if snapshot is not None and snapshot.status.state is State.RUNNING:
            self.soon()
        else:
            self.now()

    def now(self) -> None:
        """Do it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        began = self._clock()
        self._work()
        self._next = self._clock() + max(REST, (self._clock() - began) / SHARE)
