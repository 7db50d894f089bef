"""Long looks while training goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from threading import Event

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from tui_nn.analysis.passes import Stop
from tui_nn.ui.kit.steadily import Steadily


class Desk(App[None]):
    """A widget that looks."""

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self.seen: list[str] = []
        self.looks = Steadily[str](self.query_one(Static), self.seen.append)


class Slow:
    """A look that lasts until it may `go`, and ends without an answer if it is not wanted any more."""

    def __init__(self, name: str) -> None:
        self.name, self.began, self.go = name, Event(), Event()

    def __call__(self, stop: Stop) -> Iterator[str]:
        self.began.set()
        while not self.go.wait(0.01):
            if stop():
                return
        yield self.name


def quick(name: str) -> Callable[[Stop], Iterator[str]]:
    """A look that is done at once."""
    return lambda stop: iter([name])


async def under_way(slow: Slow) -> None:
    await asyncio.to_thread(slow.began.wait)


async def done(pilot: Pilot[None], app: Desk) -> None:
    while app.looks.busy:
        await pilot.pause()


async def test_a_request_by_training_waits_and_only_the_newest_is_carried_out() -> None:
    app, first = Desk(), Slow("first")
    async with app.run_test() as pilot:
        app.looks.ask(first, "layer 0", running=True)
        await under_way(first)
        for name in ("second", "third"):
            app.looks.ask(quick(name), "layer 0", running=True)
        first.go.set()
        await done(pilot, app)
        assert app.seen == ["first", "third"]


async def test_a_request_by_the_person_replaces_the_computation() -> None:
    """This holds for another layer, and for the same layer once training has stopped."""
    app, first, second = Desk(), Slow("first"), Slow("second")
    async with app.run_test() as pilot:
        app.looks.ask(first, "layer 0", running=True)
        await under_way(first)
        app.looks.ask(second, "layer 1", running=True)
        await under_way(second)
        app.looks.ask(quick("third"), "layer 1", running=False)
        await done(pilot, app)
        assert app.seen == ["third"]


async def test_a_dropped_request_yields_no_more_values() -> None:
    app, first = Desk(), Slow("first")
    async with app.run_test() as pilot:
        app.looks.ask(first, "layer 0", running=False)
        app.looks.ask(quick("second"), "layer 0", running=True)
        await under_way(first)
        app.looks.drop()
        await done(pilot, app)
        assert app.seen == []
