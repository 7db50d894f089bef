"""An engine in a child process, so that training never waits for the screen, nor the screen for training.

The child must be started before Textual runs: multiprocessing hands its standard error on by file number, and Textual's
stand-in for it has none. `start_again` puts the real one back for that moment.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tui_nn.engine.blas import one_blas_thread
from tui_nn.engine.messages import Command, Start, Stopped, Tick
from tui_nn.session.history import EpochRecord

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message
    from tui_nn.session.snapshot import Snapshot

SLICE = 0.02
"""Seconds the child trains between two looks at its pipe: a pause takes effect within it, and one batch or chunk."""

REPORT_EVERY = 0.1
"""Seconds between reports while training. The screen looks about as often; more would only cost both sides."""


class ProcessEngine:
    """The parent's side: sends commands, and keeps the newest of what the child says."""

    def __init__(self, start: Start) -> None:
        """Start the child. It loads the data while the caller goes on; `poll` tells when it has."""
        self._start = start
        self._launch()

    def send(self, name: str, **arguments: Any) -> None:
        """Give a command; it is lost if the child is gone, which `poll` tells."""
        with contextlib.suppress(OSError):
            self._connection.send(Command(name, arguments))

    def poll(self) -> list[Message]:
        """What the child has said since the last call, the newest snapshot alone of all that came."""
        return self._inbox.take()

    def wait(self) -> Message:
        """The child's first word: `Opened`, or `Stopped` if it could not begin."""
        return self._inbox.first()

    def start_again(self) -> None:
        """Start another child where the last snapshot left off."""
        last = self._inbox.snapshot
        self.close()
        if last is not None:
            self._start = replace(
                self._start, network=last.network, training=last.training, preset=last.preset, run=None, snapshot=last
            )
        self._launch()

    def close(self) -> None:
        """End the child: it is asked, and after a moment made to."""
        self.send("quit")
        self._process.join(0.3)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(1)
        # Only now: a connection closed under the thread that reads it would keep its file open, and the child waiting.
        self._reader.join(1)
        self._connection.close()

    def _launch(self) -> None:
        one_blas_thread()
        context = multiprocessing.get_context("spawn")
        self._connection, child_end = context.Pipe()
        with contextlib.redirect_stderr(sys.__stderr__):
            self._process = context.Process(target=serve, args=(child_end, self._start), daemon=True, name="tui-nn engine")
            self._process.start()
        child_end.close()
        self._inbox = _Inbox()
        self._reader = threading.Thread(
            target=_read, args=(self._connection, self._inbox), daemon=True, name="engine reader"
        )
        self._reader.start()


class _Inbox:
    """Messages between the reading thread and the screen: never more than the few that matter."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._messages: list[Message] = []
        self._records: tuple[EpochRecord, ...] = ()
        self.snapshot: Snapshot | None = None
        """The newest the child sent whole."""
        self._shown: Snapshot | None = None

    def put(self, message: Message | Tick | tuple[int, Snapshot]) -> None:
        with self._lock:
            match message:
                case Tick():
                    if self._shown is not None:
                        self._set(replace(self._shown, progress=message.progress, status=message.status))
                case (int() as kept, snapshot):
                    self._records = self._records[:kept] + snapshot.history.records
                    self.snapshot = replace(snapshot, history=replace(snapshot.history, records=self._records))
                    self._set(self.snapshot)
                case _:
                    self._messages.append(message)  # type: ignore[arg-type]
            self._lock.notify_all()

    def _set(self, snapshot: Snapshot) -> None:
        self._messages = [message for message in self._messages if message is not self._shown]
        self._messages.append(snapshot)
        self._shown = snapshot

    def take(self) -> list[Message]:
        if not self._messages:
            return []
        with self._lock:
            messages, self._messages = self._messages, []
        return messages

    def first(self) -> Message:
        with self._lock:
            self._lock.wait_for(lambda: bool(self._messages))
            return self._messages[0]


def _read(connection: Connection, inbox: _Inbox) -> None:
    """Put all that comes into the inbox, until the child is gone or the connection closed."""
    said_why = False
    try:
        while True:
            message = connection.recv()
            said_why = isinstance(message, Stopped)
            inbox.put(message)
    except (EOFError, OSError):
        if not said_why:
            inbox.put(Stopped("the training process ended by itself"))


def serve(connection: Connection, start: Start) -> None:
    """The child's whole life: open the data, then do as told until the pipe closes."""
    # ctrl+c reaches every process of the terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Imported here, with NumPy behind it, after the number of BLAS threads is in the environment.
    from tui_nn.engine.worker import Worker, describe_failure

    try:
        worker = Worker(start)
        connection.send(worker.opened)
        _serve(connection, worker)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(Stopped(describe_failure(error)))
    finally:
        # Nothing here needs Python's own tidying up, and quitting must not wait for it.
        connection.close()
        os._exit(0)


def _serve(connection: Connection, worker: Any) -> None:
    sent: tuple[EpochRecord, ...] = ()
    due = 0.0
    while True:
        now = perf_counter()
        if now >= due or not worker.busy:
            report = worker.report()
            if isinstance(report, Tick):
                connection.send(report)
            else:
                sent = _send_snapshot(connection, report, sent)
            due = now + REPORT_EVERY
        for notice in worker.notices():
            connection.send(notice)
        if not worker.busy or connection.poll():
            command = connection.recv()
            if command.name == "quit":
                return
            worker.handle(command)
            due = 0.0
        worker.work(SLICE)


def _send_snapshot(
    connection: Connection, snapshot: Snapshot, sent: tuple[EpochRecord, ...]
) -> tuple[EpochRecord, ...]:
    """Send a snapshot with the records that the parent does not have yet, and how many of those it has still hold."""
    records = snapshot.history.records
    kept = len(sent) if sent and len(records) >= len(sent) and records[len(sent) - 1] is sent[-1] else 0
    connection.send((kept, replace(snapshot, history=replace(snapshot.history, records=records[kept:]))))
    return records
