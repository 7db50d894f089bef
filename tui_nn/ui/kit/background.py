"""Work on a worker thread, so that it does not block the event loop. A new request replaces the previous one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from textual.widget import Widget
from textual.worker import Worker

T = TypeVar("T")


class Background(Generic[T]):
    """An object that computes the values of an iterator on a thread, one at a time, and passes each to the owner on the event loop.

    A new request ends the previous one as soon as the value that is being computed is complete. So a person who moves quickly
    through examples waits for at most one value that is no longer needed.
    """

    def __init__(self, owner: Widget, take: Callable[[T], None], ended: Callable[[], None] | None = None) -> None:
        """Pass every value to `take`. Call `ended` when a request is complete and no newer request waits."""
        self._owner, self._take, self._ended = owner, take, ended
        self._wanted: Iterator[T] | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Return whether the worker thread is computing a value."""
        return self._busy

    def ask(self, values: Iterator[T]) -> None:
        """Compute `values` instead of those of the previous request. The iterator must catch its own errors."""
        self._wanted = values
        if not self._busy:
            self._busy = True
            # The worker gets the method, and not a coroutine. If a closing app cancelled the worker before it begins, Python would
            # warn that a coroutine was never awaited.
            _: Worker[None] = self._owner.run_worker(self._work, name="background")

    def drop(self) -> None:
        """Drop the request. A value that is still being computed is discarded."""
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
