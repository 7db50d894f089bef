"""Long looks while training goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from tui_nn.core.units import Stop
from tui_nn.ui.steadily import Steadily


class Desk(App[None]):
    """A widget that looks."""

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self.seen: list[str] = []
        self.looks = Steadily[str](self.query_one(Static), self.seen.append)


def look(name: str, go: Event | None = None) -> Callable[[Stop], Iterator[str]]:
    """A look that waits for `go`, and ends without an answer if it is not wanted any more."""

    def values(stop: Stop) -> Iterator[str]:
        while go is not None and not go.wait(0.01):
            if stop():
                return
        yield name

    return values


async def done(pilot: Pilot[None], app: Desk) -> None:
    while app.looks.busy:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def test_training_waits_for_a_look_and_then_the_newest_is_done() -> None:
    app, go = Desk(), Event()
    async with app.run_test() as pilot:
        app.looks.ask(look("first", go), "layer 0", running=True)
        await pilot.pause()
        for name in ("second", "third"):
            app.looks.ask(look(name), "layer 0", running=True)
        go.set()
        await done(pilot, app)
        assert app.seen == ["first", "third"]


async def test_a_person_does_not_wait() -> None:
    """Another layer, or the same one when training has stopped: what is under way is left."""
    app = Desk()
    async with app.run_test() as pilot:
        app.looks.ask(look("first", Event()), "layer 0", running=True)
        await pilot.pause()
        app.looks.ask(look("second", Event()), "layer 1", running=True)
        await pilot.pause()
        app.looks.ask(look("third"), "layer 1", running=False)
        await done(pilot, app)
        assert app.seen == ["third"]


async def test_what_is_dropped_is_never_seen() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        app.looks.ask(look("first", Event()), "layer 0", running=False)
        app.looks.ask(look("second"), "layer 0", running=True)
        await pilot.pause()
        app.looks.drop()
        await done(pilot, app)
        assert app.seen == []
