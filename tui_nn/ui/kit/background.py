"""Work that is too long for the event loop, on a thread: of many requests the newest only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from textual.widget import Widget

T = TypeVar("T")


class Background(Generic[T]):
    """Draws values from an iterator on a thread, one at a time, and hands each to the owner on the loop.

    A new request ends the one before after the value under way: whoever leafs through digits waits for one, not for all.
    """

    def __init__(self, owner: Widget, take: Callable[[T], None], ended: Callable[[], None] | None = None) -> None:
        """`take` gets every value, `ended` is called when a request is through and no other has come."""
        self._owner, self._take, self._ended = owner, take, ended
        self._wanted: Iterator[T] | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._busy

    def ask(self, values: Iterator[T]) -> None:
        """Draw these, in place of what was asked for before. What raises must be caught in the iterator itself."""
        self._wanted = values
        if not self._busy:
            self._busy = True
            self._owner.run_worker(self._work(), name="background")

    def drop(self) -> None:
        """Want no more."""
        self._wanted = None

    async def _work(self) -> None:
        nothing = object()
        try:
            while (values := self._wanted) is not None:
                value = await asyncio.to_thread(next, values, nothing)
                if values is not self._wanted:
                    continue
                if value is nothing:
                    self._wanted = None
                else:
                    self._take(value)  # type: ignore[arg-type]
        finally:
            self._busy = False
        if self._ended is not None and self._owner.is_attached:
            self._ended()
