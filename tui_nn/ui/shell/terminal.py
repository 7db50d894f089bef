"""The driver of the app in a terminal. The app ends if the terminal is closed, and only the app writes on the terminal.

Textual's own driver (8.2) has faults. After the terminal is closed, it reads on at full speed, or waits for ever
to write. It takes its size from the variables COLUMNS and LINES and ignores later changes of the size. It draws on standard
error, and warnings of libraries are printed over its screen.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from queue import SimpleQueue
from tempfile import TemporaryFile
from threading import Thread
from time import sleep
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

from tui_nn.engine.left_terminal import RESTORE
from tui_nn.engine.signals import ending_signals
from tui_nn.ui.shell.terminal_input import InputFilter

if TYPE_CHECKING:
    from tui_nn.ui.shell.app import TuiNN

ENDS_WITHIN = 1.2
"""If the app is still running this many seconds after it should end, it ends by force, unless a save is unfinished."""

_STDOUT, _STDERR = 1, 2
_MOST_SAID = 1 << 16
"""The largest number of bytes of held-back output that are printed after the app has ended."""


class Screen:
    """A file object that writes to the terminal. After the first failed write, it calls `lost` once and discards later output."""

    def __init__(self, fileno: int, lost: Callable[[], None]) -> None:
        """Write to the open file with the number `fileno`."""
        self._fileno = fileno
        self._lost = lost
        self._gone = False
        self._waiting = bytearray()

    def fileno(self) -> int:
        """Return the file number of the terminal."""
        return self._fileno

    def write(self, text: str) -> None:
        """Keep text until the next flush."""
        self._waiting += text.encode("utf-8", "replace")

    def flush(self) -> None:
        """Write all text that was kept."""
        data, self._waiting = bytes(self._waiting), bytearray()
        while data and not self._gone:
            try:
                data = data[os.write(self._fileno, data) :]
            except BlockingIOError:
                # Another program has left the terminal in non-blocking mode.
                select.select([], [self._fileno], [])
            except OSError:
                self._gone = True
                self._lost()


class TerminalDriver(LinuxDriver):
    """A driver that reads keys through the filter, draws on the terminal of standard output, and suspends the app
    together with its engine.
    """

    def __init__(
        self, app: TuiNN, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Draw `app` on the terminal, and take over the signals."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._tui_nn = app
        self._drawn = os.dup(_STDOUT)
        # `Screen` is not a complete file object, but it has all methods that Textual's writer calls.
        self._file = cast(TextIOWrapper, Screen(self._drawn, self._terminal_is_gone))
        self._aside: dict[int, int] = {}
        """Copies of the standard streams that are redirected while the app draws, by their file numbers."""
        self._said: IO[bytes] | None = None
        self._drawing = False
        self._continued = False
        self._is_ending = False
        self._exit_code: SimpleQueue[int] = SimpleQueue()
        Thread(target=self._end_by_force, daemon=True, name="deadline").start()
        for number in ending_signals():
            # If a signal was ignored before, it stays ignored. For example, nohup ignores SIGHUP.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._end_by_signal)
        signal.signal(signal.SIGTSTP, lambda *_: self._soon(self._suspend))
        signal.signal(signal.SIGCONT, self._take_continuation)

    # ---- the end

    def _end_by_signal(self, number: int, _: object = None) -> None:
        """End the app without a question.

        This method must not take a lock: the main thread may hold it or wait for the terminal, and the app would not end.
        """
        if not self._is_ending:
            self._is_ending = True
            self._exit_code.put(128 + number)
            self._soon(partial(self._app.exit, return_code=128 + number))

    def _terminal_is_gone(self) -> None:
        self._end_by_signal(signal.SIGHUP)

    def _end_by_force(self) -> None:
        code = self._exit_code.get()
        sleep(ENDS_WITHIN)
        if self._drawing:
            self._restore_at_once()
        self._tui_nn.close_engine()
        os._exit(code)

    def _restore_at_once(self) -> None:
        """Restore the terminal without waiting for any thread."""
        with contextlib.suppress(termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with contextlib.suppress(OSError):
            if select.select([], [self._drawn], [], 0)[1]:
                os.write(self._drawn, RESTORE)

    # ---- the screen

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            columns, rows = os.get_terminal_size(self._drawn)
        except OSError:
            columns, rows = 0, 0
        return columns or 80, rows or 24

    def start_application_mode(self) -> None:
        """Take over the terminal, and hold back the output of all other code."""
        self._drawing = True
        self._keep_others_off()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Restore the terminal. If the app is ending, it must end within `ENDS_WITHIN` seconds from now on."""
        if not self._app.is_running:
            self._exit_code.put(self._app.return_code or 0)
        super().stop_application_mode()

    def close(self) -> None:
        """Give the terminal back, then print the output that was held back."""
        super().close()
        self._drawing = False
        self._let_others_write()

    def _keep_others_off(self) -> None:
        """Redirect the standard streams that are terminals.

        Otherwise, a warning of a library would be printed over the screen.
        """
        try:
            self._said = TemporaryFile()  # noqa: SIM115 - the file is closed when the app gives the terminal back
            aside = self._said.fileno()
        except OSError:
            aside = os.open(os.devnull, os.O_WRONLY)
        for number in (_STDOUT, _STDERR):
            if os.isatty(number):
                self._aside[number] = os.dup(number)
                os.dup2(aside, number)
        if self._said is None:
            os.close(aside)

    def _let_others_write(self) -> None:
        for stream in (sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()  # type: ignore[union-attr]
        for number, copy in self._aside.items():
            os.dup2(copy, number)
            os.close(copy)
        self._aside = {}
        if self._said is not None:
            self._said.seek(0)
            with contextlib.suppress(OSError), self._said:
                os.write(_STDERR, self._said.read(_MOST_SAID))
            self._said = None

    # ---- the keys

    def run_input_thread(self) -> None:
        """Read keys until the app ends, or until the terminal is gone."""
        reader, decode = InputFilter(self._debug), getincrementaldecoder("utf-8")("ignore").decode
        while not self.exit_event.is_set():
            data = None
            try:
                if select.select([self.fileno], [], [], 0.1)[0]:
                    data = os.read(self.fileno, 4096)
            except BlockingIOError:
                pass
            except OSError:
                data = b""
            if data == b"" and self._is_gone():
                self._terminal_is_gone()
                return
            # The text is empty if only a part of a character has arrived. The parser would read "" as the end of the input.
            if data and (text := decode(data)):
                for event in reader.feed(text):
                    self.process_message(event)
            for event in reader.tick():
                self.process_message(event)

    def _is_gone(self) -> bool:
        """Return True if the terminal is closed. After another program has changed the terminal's mode, ctrl+d ends the input too,
        although the terminal is still open.
        """
        try:
            termios.tcgetattr(self.fileno)
        except (termios.error, OSError):
            return True
        return False

    # ---- suspension

    def _soon(self, act: Callable[[], None]) -> None:
        """Let the event loop run `act` later.

        If `act` ran inside the signal handler, it could wait forever for a lock of this thread.
        """
        with contextlib.suppress(RuntimeError):  # The event loop is already closed.
            self._loop.call_soon_threadsafe(act)

    def _take_continuation(self, *_: Any) -> None:
        self._continued = True
        self._soon(self._draw_again_if_stopped)

    def _suspend(self) -> None:
        """Give the terminal back, stop this process group, and take the terminal again when it is continued."""
        if self._app._exit or self._key_thread is None:
            return
        self.suspend_application_mode()
        self._tui_nn.hold_engine()
        self._continued = False
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # A wrapper such as `uv run` belongs to the process group, too. If no shell could continue the group, the system does
        # not stop it.
        os.kill(0, signal.SIGTSTP)
        while self._continued and not self._is_ending and self._in_background():
            self._continued = False
            os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, lambda *_: self._soon(self._suspend))
        stopped, self._continued = self._continued, False
        self._take_terminal_again()
        if not stopped:
            self._tui_nn.notify("The app cannot be suspended here, because there is no shell that could continue it.")

    def _draw_again_if_stopped(self) -> None:
        """Take the terminal again after a signal that stopped the process without notice."""
        if self._continued and not self._app._exit and not self._in_background():
            self._continued = False
            self.suspend_application_mode()
            self._take_terminal_again()

    def _take_terminal_again(self) -> None:
        self._must_signal_resume = True
        self.resume_application_mode()
        self._tui_nn.let_engine_go_on()

    def _in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # This file is not the controlling terminal of the process, or the terminal is gone.
            return False
