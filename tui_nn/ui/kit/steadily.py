"""Long looks at a network in training: each is finished before the next, so that something is always seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Generic, TypeVar

from textual.widget import Widget

from tui_nn.ui.kit.background import Background

T = TypeVar("T")
Stop = Callable[[], bool]
"""Returns whether the work is no longer wanted."""
Look = Callable[[Stop], Iterator[T]]
"""Makes the values of a look; asks now and then whether it is still wanted, and ends if not."""


class Steadily(Generic[T]):
    """Looks on a thread. What a person asks for takes the place of what is under way; what training asks for waits.

    Where a look takes longer than an epoch, the newest of those that wait is done after a rest as long as the look.
    """

    def __init__(self, owner: Widget, take: Callable[[T], None]) -> None:
        """`take` gets every value, on the loop."""
        self._owner, self._background = owner, Background[T](owner, take, self._go_on)
        self._about: object = None
        self._wanted: object = None
        self._later: Look[T] | None = None
        self._began = 0.0

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._background.busy or self._later is not None

    def ask(self, look: Look[T], about: object, *, running: bool) -> None:
        """Look; with `running` at the same thing as the last time, `about`, it is training that asks."""
        if running and about == self._about and self.busy:
            self._later = look
            return
        self._about = about
        self._begin(look)

    def drop(self) -> None:
        """Want no more."""
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
