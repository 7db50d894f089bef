"""A program in a pseudo-terminal: type keys, see what it draws, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from typing import IO, Any

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[PX^_][^\x1b]*\x1b\\|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])"
)


class Terminal:
    """Runs `argv` in a terminal of its own; what it writes is kept as plain text, escape codes left out."""

    def __init__(
        self,
        argv: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str | None] | None = None,
        streams: dict[str, int | IO[bytes]] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        echo: bool = True,
    ) -> None:
        """Run `argv`. A variable of `env` that is None is not set; `streams` are standard streams that are not the terminal.

        `echo` says whether the terminal writes what is typed while the program does not read it, as terminals do.

        The terminal is the controlling terminal of no process, so nothing gets SIGHUP when it is closed.
        """
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if not echo:
            attributes = termios.tcgetattr(slave)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(slave, termios.TCSANOW, attributes)
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TEXTUAL_", "NO_COLOR", "COLORTERM"))}
        # The app must neither offer the unsaved run of another one nor leave its own in the folder of the user.
        self._state = tempfile.TemporaryDirectory(prefix="tui-nn-state-")
        changes = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
        changes |= {"TUI_NN_STATE_DIR": self._state.name, **(env or {})}
        environment = {name: value for name, value in (environment | changes).items() if value is not None}
        standard: dict[str, Any] = {"stdin": slave, "stdout": slave, "stderr": slave, **(streams or {})}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(argv, env=environment, start_new_session=True, cwd=cwd, **standard)
        self.raw = b""
        self.text = ""
        """All that was drawn since `forget`."""

    def read(self, seconds: float) -> bool:
        """Take what comes within `seconds`; whether anything did."""
        if self._master < 0:
            time.sleep(seconds)
            return False
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self.raw += data
        self.text = _ESCAPES.sub("", self.raw.decode(errors="replace"))
        return bool(data)

    def wait(self, pattern: str, seconds: float = 10.0) -> float:
        """Seconds until `pattern` has been drawn.

        Raises:
            TimeoutError: if it is not.
        """
        found = re.compile(pattern)
        start = time.perf_counter()
        while not found.search(self.text):
            left = start + seconds - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"{pattern!r} was not drawn in {seconds} s; last: {self.text[-400:]!r}")
            if not self.read(min(left, 0.2)) and self.process.poll() is not None:
                raise TimeoutError(f"it ended before {pattern!r} was drawn; last: {self.text[-400:]!r}")
        return time.perf_counter() - start

    def push(self, data: bytes) -> bytes:
        """Send bytes at once, however many they are, and return what is drawn meanwhile; `raw` and `text` leave it out."""
        drawn = b""
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [], 10.0)
            if writable:
                data = data[os.write(self._master, data[:1024]) :]
            if readable:
                drawn += os.read(self._master, 1 << 16)
        return drawn

    def drain(self, seconds: float, most: float = 10.0) -> bytes:
        """Return what is drawn until nothing is for some seconds, or for `most` seconds; `raw` and `text` leave it out."""
        drawn, end = b"", time.perf_counter() + most
        while time.perf_counter() < end and select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                break
            drawn += data
            if not data:
                break
        return drawn

    def listen(self, seconds: float) -> None:
        """Take all that comes for `seconds`."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def type(self, keys: str) -> None:
        """Press keys."""
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        """Send bytes, as a terminal does."""
        os.write(self._master, data)

    def forget(self) -> None:
        """Drop what was drawn so far."""
        self.raw, self.text = b"", ""

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, as a window does."""
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def restored(self) -> bool:
        """Whether the terminal's settings are as they were before the program."""
        return termios.tcgetattr(self._slave) == self.before

    def end(self, seconds: float = 10.0) -> int:
        """Wait for the program to end by itself; its exit code.

        Raises:
            TimeoutError: if it does not.
        """
        deadline = time.perf_counter() + seconds
        while self.process.poll() is None:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"still running after {seconds} s")
            self.read(0.01)
        while self.read(0):
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as a window does when it is closed. Nothing can be read or written there any more."""
        if self._master >= 0:
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def children(self) -> list[int]:
        """The processes that the program has started, by ps."""
        listed = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        return [int(pid) for pid in subprocess.run(listed, capture_output=True, text=True).stdout.split()]

    def kill(self) -> None:
        """End it for certain."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()
        self._state.cleanup()


TUI_NN = [sys.executable, "-m", "tui_nn"]
"""The command, in this interpreter."""
