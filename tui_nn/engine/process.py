"""An engine in a child process, so that training and the screen never wait for each other.

multiprocessing passes the file number of standard error to the child. Textual replaces standard error by an object
without a file number. So the child is started before Textual, and `start_again` restores the real standard error while
it starts another child.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING

from tui_nn.engine.blas import one_blas_thread
from tui_nn.engine.branch_news import branch_news
from tui_nn.engine.commands import Act, Command, Dismiss, Quit, Replace, Save
from tui_nn.engine.inbox import Inbox
from tui_nn.engine.left_terminal import LeftTerminal, Mode, present_mode
from tui_nn.engine.messages import Report, Start, Stopped, Tick, UpdateChange, acts_to_repeat, describe_failure
from tui_nn.session.file.rescue import RescueFile
from tui_nn.session.run.history import History

if TYPE_CHECKING:
    from tui_nn.core.watch.update_view import UpdateView
    from tui_nn.engine.messages import Message, Opened
    from tui_nn.engine.worker import Worker
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.session.run.timeline import Branch

REPORT_EVERY = 0.1
"""The time in seconds between two reports during training. The screen reads messages at about the same rate."""

PATIENCE = 0.3
"""The time in seconds in which a child process must end by itself before it is killed."""

SAVE_PATIENCE = 10.0
"""The time in seconds in which a child process must end by itself if it has something to write: the answer to a `Save`
command, or the rescue file.
"""


class Wait(Enum):
    """Messages to the child that are not commands. After HOLD, the child waits for the next message, such as GO_ON."""

    HOLD = "hold"
    GO_ON = "go on"


class ProcessEngine:
    """The part of the engine in the app's process. It sends commands to the child process, and keeps the newest
    messages of the child.

    Two threads write to the pipe and read from it, so that a full or an empty pipe never delays the screen.
    """

    def __init__(self, start: Start, rescue: RescueFile | None = None) -> None:
        """Start the child, which loads the data while the caller continues. `poll` reports when the data are loaded.

        The child writes unsaved training to the file `rescue`.
        """
        self._rescue = rescue
        self._start = start if rescue is None else replace(start, rescue=str(rescue.path))
        self._dismissed = False
        self._launch()

    def send(self, command: Command) -> None:
        """Send a command to the child process. If the child has ended, the command is lost, and `poll` reports the end."""
        self._saves += isinstance(command, Save | Replace)
        self._outbox.put(command)

    def poll(self) -> list[Message]:
        """Return the messages since the last call, with only the newest snapshot."""
        return self._inbox.take()

    def listen(self, seconds: float) -> list[Message]:
        """Return the messages since the last call, for scripts and tests. If there are none, wait for at most `seconds`."""
        return self._inbox.take(seconds)

    def wait(self) -> Message:
        """Wait for the first message of the child and return it: `Opened`, or `Stopped` if the child could not start.

        `poll` returns this message too.
        """
        return self._inbox.wait()

    def start_again(self) -> None:
        """Start another child process at the last snapshot.

        Training does not go on; only the steps of an unfinished update are repeated.
        """
        opened, last, update = self._inbox.opened, self._inbox.snapshot, self._inbox.update
        self._end()
        if opened is not None and last is not None:
            start = replace(self._start, network=last.network, training=last.training, preset=last.preset, run=None)
            start = replace(
                start, source=opened.source, own=opened.own, snapshot=replace(last, update=None), commands=()
            )
            # The session may use other data than the first `Start`. Then the child loads these data from `source`.
            self._start = start if opened.train is not None else replace(start, dataset=None)
        self._launch()
        for _ in range(acts_to_repeat(update)):
            self.send(Act())

    def hold(self) -> None:
        """Make the child wait until the next command or `go_on`. Return only when this request is in the pipe.

        Soon afterwards, ctrl+z stops this process and its threads. The child only waits: if it were stopped too, it
        would not notice the end of this process.
        """
        written = threading.Event()
        self._outbox.put(Wait.HOLD)
        self._outbox.put(written)
        written.wait(PATIENCE)

    def go_on(self) -> None:
        """End the wait of the child that `hold` began."""
        self._outbox.put(Wait.GO_ON)

    def dismiss(self) -> None:
        """Discard the unsaved training of the run, by removing the rescue file."""
        self._dismissed = True
        self._outbox.put(Dismiss())

    def close(self) -> None:
        """End the child. It writes unsaved training to the rescue file, unless that was discarded.

        Send `Quit`, wait for unfinished writing, and kill the child if it takes too long.
        """
        self._end()
        if self._rescue is not None:
            if self._dismissed:
                self._rescue.remove()
            self._rescue.release()

    def _end(self) -> None:
        writing = self._saves > self._inbox.saves or (self._rescue is not None and not self._dismissed)
        patience = SAVE_PATIENCE if writing else PATIENCE
        self._inbox.close()
        self._outbox.put(Quit())
        self._outbox.put(None)
        if self._process.is_alive():
            self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(1)
        # The threads must end before the connection is closed. While a thread uses the connection, its file stays open, and the
        # child keeps waiting for messages.
        for thread in self._threads:
            thread.join(1)
        self._connection.close()

    def _launch(self) -> None:
        one_blas_thread()
        context = multiprocessing.get_context("spawn")
        self._inbox = Inbox()
        self._saves = 0
        self._outbox: SimpleQueue[_Message] = SimpleQueue()
        # The start message is sent through the pipe. If it were an argument of the process, `start` would wait until
        # the child had read it.
        self._outbox.put(self._start)
        self._connection, child_end = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=serve, args=(child_end, present_mode()), daemon=True, name="tui-nn engine"
        )
        try:
            with _as_the_child_needs_it():
                self._process.start()
        except OSError as error:
            self._inbox.put(Stopped(f"the training process cannot be started: {error.strerror or error}"))
        child_end.close()
        self._threads = (
            threading.Thread(target=_write, args=(self._connection, self._outbox), daemon=True, name="engine writer"),
            threading.Thread(
                target=_read, args=(self._connection, self._inbox, self._process), daemon=True, name="engine reader"
            ),
        )
        for thread in self._threads:
            thread.start()


OF_THE_TERMINAL = [
    getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP") if hasattr(signal, name)
]
"""The signals that a terminal sends to all of its processes."""

_Message = Start | Command | Wait | threading.Event | None
"""The entries of the outbox, which contains the messages that the parent has not sent yet.

A `threading.Event` is not sent: it is set when all messages before it are written to the pipe. None ends the outbox.
"""


@contextlib.contextmanager
def _as_the_child_needs_it() -> Iterator[None]:
    """Return a context in which a child inherits the real standard error, and ignores the signals that reach every process of the
    terminal.

    Only the parent handles ctrl+c, ctrl+z and the end of the terminal. The child ends when the pipe closes.
    """
    with contextlib.redirect_stderr(sys.__stderr__), _safe_path():
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
        try:
            # Start Python's resource tracker now. It would otherwise start together with the first child and unblock SIGINT.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Return a context in which a child looks for modules in the folders of this process, not first in the current folder."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _write(connection: Connection, outbox: SimpleQueue[_Message]) -> None:
    """Send all messages of the outbox until it contains None, or until the child has ended."""
    with contextlib.suppress(OSError):
        while (message := outbox.get()) is not None:
            if isinstance(message, threading.Event):
                message.set()
            else:
                connection.send(message)


def _read(connection: Connection, inbox: Inbox, process: BaseProcess) -> None:
    """Put all messages into the inbox until the child has ended. Then add the reason for the end, unless the child has
    reported one itself.
    """
    try:
        while True:
            inbox.put_all(connection.recv())
    except (EOFError, OSError):
        pass
    except Exception as error:
        inbox.put(Stopped(describe_failure(error)))
    if process.pid is not None:
        process.join(1)
    code = process.exitcode or 0
    reason = "the training process ended unexpectedly"
    if code < 0:
        reason = f"the training process was ended by signal {-code} ({signal.strsignal(-code)})"
    inbox.put(Stopped(reason))


def serve(connection: Connection, mode: Mode | None = None) -> None:
    """Run the child: load the data, then carry out commands until the pipe closes or SIGTERM arrives.

    `mode` is the mode of the terminal before the app; None if there is no terminal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    termination, terminal = Termination(), LeftTerminal(mode)
    # The app draws on the terminal, so a warning of this process would appear in the middle of its screen.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        # This import is late, because the module loads NumPy, which the parent must not load before its first frame.
        from tui_nn.engine.worker import Worker

        worker = Worker(connection.recv())
        try:
            _serve(connection, worker, termination, terminal)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            # The pipe is closed, because the app has ended without sending `Quit`.
            if not termination.is_asked:
                _read_the_rest(connection, terminal)
                terminal.restore()
            worker.close()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send([Stopped(describe_failure(error))])
    finally:
        # End at once: the child has nothing to clean up, and Python's own clean-up would delay the end of the app.
        connection.close()
        termination.carry_out()
        os._exit(0)


class Termination:
    """An object that catches SIGTERM, so that the child ends between two pieces of work.

    Python sends SIGTERM to the child if the app crashes.
    """

    def __init__(self) -> None:
        """Begin to catch SIGTERM."""
        self.is_asked = self._can_end = False
        """`is_asked` is True if SIGTERM has arrived. `_can_end` is True if SIGTERM may end the present work."""
        signal.signal(signal.SIGTERM, self._note)

    @contextlib.contextmanager
    def may_end(self) -> Iterator[None]:
        """Return a context in which SIGTERM ends the work. At other times, the arrival of SIGTERM is only stored.

        Raises:
            EOFError: when SIGTERM arrives, or at the start of the context if SIGTERM has arrived before.
        """
        self._can_end = True
        try:
            self._check()
            yield
        finally:
            self._can_end = False

    def carry_out(self) -> None:
        """If SIGTERM has arrived, end the process as this signal does by default."""
        if self.is_asked and hasattr(signal, "raise_signal"):
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True
        if self._can_end:
            self._check()

    def _check(self) -> None:
        if self.is_asked:
            raise EOFError


def _serve(connection: Connection, worker: Worker, termination: Termination, terminal: LeftTerminal) -> None:
    pipe = _Pipe(connection, worker.opened)
    due, told = 0.0, False
    while True:
        if perf_counter() >= due if worker.busy else not told:
            pipe.send(worker.report(), worker.notices())
            due = perf_counter() + REPORT_EVERY
        told = not worker.busy
        # An idle child waits for the next command. Then it takes all commands that have arrived, so that one report
        # answers all of them.
        was_busy = worker.busy
        wait = worker.seconds_until_work if worker.prepared and not was_busy else 0.0
        with termination.may_end():
            asked = connection.poll(wait)
        while asked:
            while (command := connection.recv()) is Wait.HOLD:
                terminal.is_given_back = True
            terminal.is_given_back = False
            if isinstance(command, Quit):
                worker.close()
                return
            if command is not Wait.GO_ON:
                worker.handle(command)
            due, told = 0.0, False
            asked = connection.poll()
        if was_busy and not worker.busy and (tick := worker.tick()):
            # Report the pause now. The snapshot follows later, because it needs an evaluation on all test data.
            pipe.send(tick)
        worker.work()


def _read_the_rest(connection: Connection, terminal: LeftTerminal) -> None:
    """Read the messages that the app sent before it ended.

    One of them may say that the terminal belongs to the shell, after ctrl+z.
    """
    with contextlib.suppress(EOFError, OSError):
        while connection.poll():
            terminal.is_given_back = connection.recv() is Wait.HOLD


class _Pipe:
    """The child's end of the pipe. It sends only the parts of branches and updates that the parent does not have yet.

    It sends messages that belong together as one list, so that the screen never has the data of one run with a snapshot
    of another.
    """

    def __init__(self, connection: Connection, opened: Opened) -> None:
        self._connection = connection
        self._opened = [opened]
        """The description of the data. It is sent together with the first report."""
        self._branches: tuple[Branch, ...] = ()
        self._update: UpdateView | None = None

    def send(self, report: Snapshot | Tick, notices: Sequence[Message] = ()) -> None:
        """Send a snapshot, or a Tick (progress without weights), and the notices after it to the parent process."""
        update, change = report.update, None
        if update is not None:
            from tui_nn.core.watch.update_view import changed

            assert not isinstance(update, UpdateChange)
            change = UpdateChange(changed(self._update, update))
        self._update = update
        if isinstance(report, Tick):
            self._connection.send([replace(report, update=change), *notices])
            return
        news = branch_news(self._branches, report.branches)
        bare = replace(report, history=History(), branches=(), update=None)
        self._connection.send([*self._opened, Report(bare, news, change), *notices])
        self._opened = []
        self._branches = report.branches
