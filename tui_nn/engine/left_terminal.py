"""The guard that restores the terminal if the app died and could not restore it itself.

After SIGKILL, or a fault such as SIGSEGV, the app can run no more code. So the engine, whose process lives longer,
restores the terminal.
"""

from __future__ import annotations

import contextlib
import os
import select
from typing import Any

try:
    import termios
except ImportError:  # On Windows, there is no module termios.
    termios = None  # type: ignore[assignment]

RESTORE = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""The control codes that leave the alternate screen, show the cursor, release the mouse, and so on."""

Mode = list[Any]
"""The mode of a terminal, in the form that termios returns."""

_STDOUT, _LOCAL_FLAGS = 1, 3


def present_mode() -> Mode | None:
    """Return the mode of the terminal of standard output; None if standard output is not a terminal."""
    if termios is None:
        return None
    try:
        return termios.tcgetattr(_STDOUT)
    except (termios.error, OSError):
        return None


class LeftTerminal:
    """The terminal of standard output, in the process of the engine."""

    def __init__(self, mode: Mode | None) -> None:
        """Open the terminal until `close`. `mode` is the mode before the app began; None if there is no terminal."""
        self._mode = mode
        self._file = None if mode is None else os.dup(_STDOUT)
        self.is_given_back = False
        """True while the app is suspended, and the terminal belongs to the shell."""

    def restore(self) -> None:
        """Restore the terminal if the app has left it in raw mode."""
        if self._file is None or self._mode is None or self.is_given_back:
            return
        with contextlib.suppress(termios.error, OSError):
            if termios.tcgetattr(self._file)[_LOCAL_FLAGS] & termios.ICANON:
                return
            if select.select([], [self._file], [], 0)[1]:
                os.write(self._file, RESTORE)
            # If a shell has noticed the end of the app, it has set its own terminal mode. Leave that mode unchanged.
            if not self._is_of_another_group():
                termios.tcsetattr(self._file, termios.TCSANOW, self._mode)
        self.close()

    def close(self) -> None:
        """Close the terminal, which this object keeps open as a file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _is_of_another_group(self) -> bool:
        assert self._file is not None
        try:
            return os.tcgetpgrp(self._file) != os.getpgrp()
        except OSError:  # The open terminal does not control this process, so no shell has set its mode.
            return False
