"""ctrl+c as a wish: training stops after the batch, and what was learned can be saved."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """While it is entered, the first ctrl+c or SIGTERM is only noted. A second ctrl+c ends the program at once."""

    number: int = 0
    """The signal that came; 0 before one has."""

    def __enter__(self) -> Interrupt:
        self._before: dict[int, Any] = {}
        # Only the main thread can say what a signal does.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.number:
            raise KeyboardInterrupt
        self.number = number
