"""An engine without times, so that two equal trainings give equal pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.engine.worker import Worker
from tui_nn.session.run.snapshot import Snapshot

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message


def without_times(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with all times set to 0."""
    records = tuple(replace(record, seconds=0.0) for record in snapshot.history.records)
    progress = replace(snapshot.progress, seconds=0.0, seconds_a_step=0.0, examples_a_second=0.0)
    return replace(snapshot, history=replace(snapshot.history, records=records), progress=progress)


class TimelessEngine(InlineEngine):
    """An engine that sets all times in its snapshots to 0, so that two equal trainings give equal pictures.

    A `stepwise` engine trains at most one epoch after each call of `step`. Without `stepwise`, it trains each time the
    screen polls it, and the number of epochs between two pictures depends on the clock.
    """

    def __init__(self, start: Start, worker: Worker | None = None, *, stepwise: bool = False) -> None:
        """Begin with `start`, or with a worker that has not reported yet.

        Raises:
            DataError, RunFileError: for the same reasons as `Worker`.
        """
        super().__init__(start, worker)
        self._stepwise = stepwise
        self._may_step = True

    def step(self) -> None:
        """Allow the next call of `poll` to train an epoch."""
        self._may_step = True

    def poll(self) -> list[Message]:
        """Return the messages since the last call, with all times set to 0."""
        if not self._may_step:
            return []
        self._may_step = not self._stepwise
        return [without_times(message) if isinstance(message, Snapshot) else message for message in super().poll()]
