"""The signals that interrupt a training. The run is saved before the command ends."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterable, Iterator
from types import FrameType, TracebackType
from typing import Any

from tui_nn.engine.signals import ending_signals


class Interrupt:
    """A context manager that catches the signals that would end the program, and stores the number of the first signal.

    Later signals have no effect, so every save and every update is completed. Only inside a `breakable` block does a
    later signal raise KeyboardInterrupt.
    """

    number: int = 0
    """The number of the first signal; 0 if there was none."""

    _breakable = False

    def __enter__(self) -> Interrupt:
        self._before: dict[int, Any] = {}
        # Only the main thread may set signal handlers.
        if threading.current_thread() is threading.main_thread():
            for number in ending_signals():
                # A signal that the command must ignore stays ignored. For example, nohup makes a command ignore SIGHUP.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def breakable(self) -> Iterator[None]:
        """Return a context in which a second signal raises KeyboardInterrupt, for code that may wait for the reader of its output.

        Raises:
            KeyboardInterrupt: at the second signal.
        """
        self._breakable = True
        try:
            yield
        finally:
            self._breakable = False

    def steps(self, training: Iterable[None]) -> Iterator[None]:
        """Run the generator `training`, and yield after each of its steps.

        A second signal can interrupt the caller's code between two steps, but never a step of the training.
        """
        for _ in training:
            with self.breakable():
                yield

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.number and self._breakable:
            self._breakable = False
            raise KeyboardInterrupt
        self.number = self.number or number
