"""The bell of the terminal at the end of a long training."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

LONG = 5.0
"""The number of seconds that a training must last so that the bell rings at its end."""


class TrainingBell:
    """An object that rings the bell when a long training ends, but not when the person pauses it."""

    def __init__(self, ring: Callable[[], object], clock: Callable[[], float] = monotonic) -> None:
        """Call `ring` to ring the bell. `clock` returns the time in seconds."""
        self._ring, self._clock = ring, clock
        self._began: float | None = None

    def saw(self, snapshot: Snapshot) -> None:
        """Receive a new snapshot. If the training has now ended, ring."""
        state = snapshot.status.state
        if state is State.RUNNING:
            self._began = self._clock() if self._began is None else self._began
            return
        if self._began is not None and state in (State.READY, State.DIVERGED) and self._clock() - self._began >= LONG:
            self._ring()
        self._began = None
