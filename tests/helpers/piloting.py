"""Driving the screens without a clock: what a test waits for is that nothing more is to be done, or that something is seen.

Textual's own pause waits until the process has been idle for 20 ms. On a busy machine a process that gets no processor looks
idle, and on a quiet one a thousand pauses take half a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import Any

import pytest
from textual._context import active_app
from textual.pilot import Pilot

from tui_nn.session.run.snapshot import Snapshot

PATIENCE = 60.0
"""Seconds after which a test that waits gives up: many times what a slow machine needs."""


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


async def idle(*_: float) -> None:
    """Wait until no widget has anything to do, no worker is at work, and the screen is painted. Timers are not waited for."""
    app, loop, deadline = active_app.get(), asyncio.get_running_loop(), monotonic() + PATIENCE
    while monotonic() < deadline and not app._exception:
        await asyncio.sleep(0)
        # A loop has no public way to say that there is nothing to run.
        if loop._ready:  # type: ignore[attr-defined]
            continue
        at_work = all(go.is_set() for go in _held) and any(not worker.is_finished for worker in app.workers)
        # Textual takes a new size of the terminal after 8 ms.
        if at_work or app._resize_timer is not None:
            await asyncio.sleep(0.001)
            continue
        if app.screen_stack:
            app.screen._on_timer_update()
        await asyncio.sleep(0)
        if not loop._ready:  # type: ignore[attr-defined]
            return
    assert app._exception, f"still busy after {PATIENCE} s: {list(app.workers)} {loop._ready}"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def without_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pause and every key of a pilot waits for `idle`; the screen hears the engine when the test says so."""
    monkeypatch.setattr("tui_nn.ui.shell.main_screen.LOOK_EVERY", 3600.0)
    monkeypatch.setattr("textual.app.wait_for_idle", idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)


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
    """Let the screen go on until something holds."""
    deadline = monotonic() + PATIENCE
    while not reached():
        assert monotonic() < deadline, f"not within {PATIENCE} s; the screen:\n{text(pilot)}"
        await settle(pilot)
        await asyncio.sleep(0.001)


async def drawn(pilot: Pilot[Any]) -> None:
    """Wait for what is drawn later: at a pace, or once something is loaded."""

    def complete() -> bool:
        return not any(getattr(part, "pending", False) for part in pilot.app.screen.walk_children())

    await settle(pilot)
    await until(pilot, complete)
    await pilot.pause()
