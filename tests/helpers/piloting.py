"""Driving the screens without a clock: what a test waits for is that nothing more is to be done, or that something is seen.

Textual's own pause waits until the process has been idle for 20 ms. On a busy machine a process that gets no processor looks
idle, and on a quiet one a thousand pauses take half a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from textual._context import active_app
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from waiting import TimeLimit

from tui_nn.session.run.snapshot import Snapshot

_held: list[Event] = []


@contextmanager
def held() -> Iterator[Event]:
    """An event for a worker to wait for. Until it is set, at the latest when the block ends, no pause waits for workers."""
    go = Event()
    _held.append(go)
    try:
        yield go
    finally:
        go.set()
        _held.remove(go)


UNSAID = 0.1
"""Seconds after which a wait looks again though no message was dispatched."""


class Dispatched:
    """An event that is set whenever Textual has dispatched a message: a key, a timer, a worker's end, a call from a thread."""

    under_way = 0
    """The number of messages whose handlers have begun and not ended. They may wait for a thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        dispatch = MessagePump._dispatch_message

        async def dispatched(pump: MessagePump, message: Message) -> None:
            self.under_way += 1
            try:
                await dispatch(pump, message)
            finally:
                self.under_way -= 1
            waiting, self._waiting = self._waiting, []
            for future in waiting:
                if not future.done():
                    future.set_result(None)

        monkeypatch.setattr(MessagePump, "_dispatch_message", dispatched)

    async def wait(self, seconds: float) -> None:
        """Block until the next message has been dispatched, or until the time is over.

        A timer or a thread may end without a message, so no wait is longer than `UNSAID`.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await asyncio.wait([future], timeout=min(seconds, UNSAID))


_dispatched: Dispatched | None = None


async def idle(*_: float) -> None:
    """Wait until no widget has anything to do, no worker is at work, and the screen is painted. Timers are not waited for."""
    app, loop, limit = active_app.get(), asyncio.get_running_loop(), TimeLimit()
    assert _dispatched is not None
    while not app._exception:
        await asyncio.sleep(0)
        # A loop has no public way to say that there is nothing to run.
        if loop._ready:  # type: ignore[attr-defined]
            limit.left("the event loop is busy")
            continue
        at_work = all(go.is_set() for go in _held) and any(not worker.is_finished for worker in app.workers)
        # Textual takes a new size of the terminal after 8 ms.
        if _dispatched.under_way or at_work or app._resize_timer is not None:
            await _dispatched.wait(limit.left(f"still at work: {list(app.workers)}"))
            continue
        if app.screen_stack:
            app.screen._on_timer_update()
        await asyncio.sleep(0)
        if not loop._ready:  # type: ignore[attr-defined]
            return


@pytest.fixture(autouse=True)
def without_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pause and every key of a pilot waits for `idle`; the screen hears the engine when the test says so."""
    global _dispatched
    _dispatched = Dispatched(monkeypatch)
    monkeypatch.setattr("tui_nn.ui.shell.main_screen.LOOK_EVERY", 3600.0)
    monkeypatch.setattr("textual.app.wait_for_idle", idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)
    # A pilot sends a message to each widget and waits for the answers, although `idle` already waits for all of them.
    monkeypatch.setattr(Pilot, "_wait_for_screen", idle)


def rows(pilot: Pilot[Any]) -> list[str]:
    """What is on the screen, a string a row."""
    return ["".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()]


def text(pilot: Pilot[Any]) -> str:
    """What is on the screen."""
    return "\n".join(rows(pilot))


def message(pilot: Pilot[Any]) -> str:
    """What the message row of the pane says, where one pane is on the screen."""
    return rows(pilot)[-2].strip()


def snapshot(pilot: Pilot[Any]) -> Snapshot:
    """The newest."""
    found = pilot.app.screen_stack[0].snapshot  # type: ignore[attr-defined]
    assert found is not None
    return found


async def settle(pilot: Pilot[Any]) -> None:
    """Let the screen take what the engine has said, and everything be drawn."""
    for _ in range(3):
        pilot.app.screen_stack[0].listen()  # type: ignore[attr-defined]
        await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, and let each do all that it does before the next."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def until(pilot: Pilot[Any], reached: Callable[[], Any]) -> None:
    """Let the screen go on until something holds: look again after each message that is dispatched."""
    limit = TimeLimit()
    assert _dispatched is not None
    while True:
        await settle(pilot)
        if reached():
            return
        await _dispatched.wait(limit.left(f"the screen:\n{text(pilot)}"))


async def drawn(pilot: Pilot[Any]) -> None:
    """Wait for what is drawn later: at a pace, or once something is loaded."""

    def complete() -> bool:
        return not any(getattr(part, "pending", False) for part in pilot.app.screen.walk_children())

    await settle(pilot)
    await until(pilot, complete)
    await pilot.pause()
