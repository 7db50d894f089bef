"""An engine in the caller's process, for tests, screenshots and scripts. It takes the same commands as `ProcessEngine`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.commands import Act, Command
from tui_nn.engine.messages import Start, Stopped, Tick, UpdateChange, acts_to_repeat, describe_failure
from tui_nn.engine.worker import Worker

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message
    from tui_nn.session.run.snapshot import Snapshot


class InlineEngine:
    """An engine that trains only while `poll` runs. Each call of `poll` trains at most one epoch."""

    def __init__(self, start: Start, worker: Worker | None = None) -> None:
        """Begin with `start`, or with a worker that has made no report yet.

        Raises:
            DataError, RunFileError: for the same reasons as `Worker`.
        """
        self._worker = worker or Worker(start)
        self._shown: Snapshot | None = None
        self._messages: list[Message] = []
        self._stopped = False
        self._begin()

    def send(self, command: Command) -> None:
        """Carry out a command. If the engine has stopped, the command has no effect, and `poll` reports the stop."""
        if not self._stopped:
            self._try(lambda: self._worker.handle(command))

    def poll(self) -> list[Message]:
        """Train at most one epoch, if training was requested. Return the messages since the last call."""
        if self._worker.busy and not self._stopped:
            self._try(lambda: self._worker.work(math.inf))
        elif not self._worker.prepared:
            self._worker.work(math.inf)
        messages, self._messages = self._messages, []
        return messages

    def listen(self, seconds: float) -> list[Message]:
        """Return what `poll` returns. `seconds` has no effect, because the call itself does the work."""
        return self.poll()

    def start_again(self) -> None:
        """Start the stopped engine again at its last snapshot.

        Training does not go on; only the steps of an unfinished update are repeated.
        """
        last, self._stopped = self._shown, False
        if last is not None:
            self._worker.resume(last)
        self._begin()
        for _ in range(acts_to_repeat(last.update if last is not None else None)):
            self.send(Act())

    def hold(self) -> None:
        """Do nothing: this engine works only while `poll` runs."""

    def go_on(self) -> None:
        """Do nothing, because `hold` of this engine does not make anything wait."""

    def dismiss(self) -> None:
        """Discard the unsaved training of the run, by removing the rescue file."""
        self._worker.dismiss()

    def close(self) -> None:
        """Stop, drop all messages, and write unsaved training to the rescue file, if the engine has one."""
        self._worker.close()
        self._stopped = True
        self._messages = []

    def _begin(self) -> None:
        self._messages = [self._worker.opened]
        self._report()

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
            self._report()
        except Exception as error:
            self._stopped = True
            self._messages.append(Stopped(describe_failure(error)))

    def _report(self) -> None:
        report = self._worker.report()
        if isinstance(report, Tick):
            assert self._shown is not None  # The first report of a worker is always a snapshot.
            assert not isinstance(
                report.update, UpdateChange
            )  # Only reports that are sent through a pipe contain changes.
            report = replace(
                self._shown,
                progress=report.progress,
                status=report.status,
                update=report.update,
                batch_losses=report.batch_losses,
            )
        self._messages = [message for message in self._messages if message is not self._shown]
        self._messages += [report, *self._worker.notices()]
        self._shown = report
