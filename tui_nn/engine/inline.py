"""An engine in the caller's own process: for tests, pictures and scripts. Same commands, same messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_nn.engine.messages import Command, Start, Stopped, Tick
from tui_nn.engine.worker import Worker, describe_failure
from tui_nn.session.snapshot import Snapshot

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message


class InlineEngine:
    """Works when it is asked for messages: each `poll` trains up to one epoch."""

    def __init__(self, start: Start, worker: Worker | None = None) -> None:
        """Begin with `start`, or with a worker that is there already.

        Raises:
            DataError, RunFileError: as `Worker`.
        """
        self._worker = worker or Worker(start)
        self._messages: list[Message] = [self._worker.opened, self._report(None)]
        self._changed = False

    def send(self, name: str, **arguments: Any) -> None:
        """Give a command."""
        self._worker.handle(Command(name, arguments))
        self._changed = True

    def poll(self) -> list[Message]:
        """What has been said since the last call; trains up to one epoch if there is something to train."""
        messages, self._messages = self._messages, []
        if self._worker.busy:
            try:
                self._worker.work_epoch()
            except Exception as error:
                return [*messages, Stopped(describe_failure(error))]
            self._changed = True
        if self._changed:
            self._changed = False
            messages += [self._report(self._last), *self._worker.notices()]
        self._last = next((m for m in reversed(messages) if isinstance(m, Snapshot)), getattr(self, "_last", None))
        return messages

    def start_again(self) -> None:
        """Nothing: it stops only with its caller."""

    def close(self) -> None:
        """Nothing is held."""

    def _report(self, last: Snapshot | None) -> Snapshot:
        report = self._worker.report()
        if isinstance(report, Tick):
            assert last is not None
            return replace(last, progress=report.progress, status=report.status)
        return report
