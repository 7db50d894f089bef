"""Long computations about a network during training. A new computation waits until the current one ends, because
otherwise no computation would ever end during fast training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Generic, TypeVar

from textual.widget import Widget

from tui_nn.ui.kit.background import Background

T = TypeVar("T")
Stop = Callable[[], bool]
"""A function that returns whether a computation is no longer needed."""
Look = Callable[[Stop], Iterator[T]]
"""A function that takes a `Stop` and yields values. Now and then it calls the `Stop`, and ends if the result is True."""


class Steadily(Generic[T]):
    """An object that computes on a thread. A request by the person replaces the current computation. A request by training waits
    until the current computation ends.

    After a pause as long as this computation, the newest waiting request is carried out. Older waiting requests are dropped.
    """

    def __init__(self, owner: Widget, take: Callable[[T], None]) -> None:
        """Pass every value to `take`, on the event loop."""
        self._owner, self._background = owner, Background[T](owner, take, self._go_on)
        self._about: object = None
        self._wanted: object = None
        self._later: Look[T] | None = None
        self._began = 0.0

    @property
    def busy(self) -> bool:
        """Return whether a computation is running or waiting."""
        return self._background.busy or self._later is not None

    def ask(self, look: Look[T], about: object, *, running: bool) -> None:
        """Start a computation about `about`.

        If training is `running` and the last request had an equal `about`, the new computation waits until the current one ends.
        Otherwise, it replaces the current one.
        """
        if running and about == self._about and self.busy:
            self._later = look
            return
        self._about = about
        self._begin(look)

    def drop(self) -> None:
        """Drop all requests."""
        self._later = self._wanted = None
        self._background.drop()

    def _begin(self, look: Look[T]) -> None:
        wanted = self._wanted = object()
        self._later, self._began = None, monotonic()
        self._background.ask(look(lambda: self._wanted is not wanted))

    def _go_on(self) -> None:
        if self._later is not None:
            self._owner.set_timer(monotonic() - self._began, self._do_later)

    def _do_later(self) -> None:
        if self._later is not None:
            self._begin(self._later)
