"""The stage: the app on a screen in memory, for pictures, replays and tests.

Pictures of this screen depend neither on the clock nor on the terminal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.strip import Strip

from tui_nn.engine.look import Look
from tui_nn.engine.timeless import TimelessEngine
from tui_nn.session.run.run_set import OtherRun
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.arrangement import PANES, pane_class
from tui_nn.ui.shell.export import screen_text
from tui_nn.ui.shell.main_screen import MainScreen
from tui_nn.ui.shell.opening import PLAIN, Opening

MOST_LOOKS = 50
"""The largest number of checks whether the screen still changes. After the last check, the stage no longer waits."""


class Stage:
    """The app, its main screen, and the contents of this screen."""

    def __init__(self, pilot: Pilot[None], engine: TimelessEngine) -> None:
        """Make the stage of an app that trains on `engine`. Textual's `pilot` controls this app."""
        self._pilot = pilot
        self._engine = engine
        self.app = pilot.app
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        self.screen = screen

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot that the screen has received."""
        assert self.screen.snapshot is not None  # `open_stage` waits for the first snapshot.
        return self.screen.snapshot

    async def step(self) -> None:
        """If the engine waits to train, let it train at most one epoch. Then let the screen show the result."""
        self._engine.step()
        self.screen.listen()
        await self.settle(whole=False)

    async def settle(self, *, whole: bool = True) -> None:
        """Wait until background work has ended and the screen no longer changes. If `whole` is true, also wait for the
        training.
        """
        last, looks = None, 0
        while looks < MOST_LOOKS:
            await self.app.workers.wait_for_complete()
            if whole:
                self._engine.step()
            # The screen asks the engine for messages at least every 0.06 seconds, so after this pause it has all of them.
            await self._pilot.pause(0.06)
            later = any(getattr(part, "pending", False) for part in self.app.screen.walk_children())
            snapshot = self.screen.snapshot
            if later or snapshot is None or (whole and is_busy(snapshot)):
                continue
            seen = self.text
            if seen == last:
                return
            last, looks = seen, looks + 1

    async def press(self, *keys: str) -> None:
        """Press keys. Each key waits for the complete effect of the previous key."""
        for key in keys:
            await self._pilot.press(key)
            await self.settle()

    async def show(self, look: Look) -> None:
        """Show the view that a `Look` describes."""
        await self.screen.show(look)
        await self.settle()

    @property
    def strips(self) -> list[Strip]:
        """The rows of the screen, with their styles."""
        return self.app.screen._compositor.render_strips()

    @property
    def text(self) -> str:
        """The text on the screen, with one line for each row."""
        return screen_text(self.app)

    @property
    def svg(self) -> str:
        """A picture of the screen in colour."""
        return self.app.export_screenshot(title="tui-nn")


def is_busy(snapshot: Snapshot) -> bool:
    """Return whether the engine of this snapshot still trains, or is still going to another epoch."""
    return snapshot.status.state in (State.RUNNING, State.REPLAYING)


@asynccontextmanager
async def open_stage(
    engine: TimelessEngine,
    size: tuple[int, int],
    *,
    ascii_only: bool = False,
    theme: str | None = None,
    compared: Sequence[OtherRun] = (),
    opening: Opening = PLAIN,
) -> AsyncIterator[Stage]:
    """Open the app on `engine`, wait until it shows the first snapshot, and close it at the end."""
    app = TuiNN(engine, ascii_only=ascii_only, compared=compared, opening=opening)
    if theme is not None:
        app.theme = theme
    async with app.run_test(size=size) as pilot:
        stage = Stage(pilot, engine)
        await stage.settle()
        yield stage


def look_fault(look: Look) -> str:
    """Return "" if the app has the view that a `Look` names. Otherwise, return a phrase about the allowed names, such as
    "it must be one of configure, train".
    """
    panes = [name for _, name in PANES]
    if look.pane not in panes:
        return f"it must be one of {', '.join(panes).lower()}"
    views = pane_class(look.pane).view_names()
    if look.view is not None and look.view not in views:
        names = ", ".join(view.replace(" ", "-") for view in views)
        return f"the views of {look.pane.lower()} are {names}"
    return ""
