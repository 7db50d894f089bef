"""Where the panes are: which of them are seen, which one has the keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events, on
from textual.containers import Container
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.commands import Seek, Switch
from tui_nn.engine.look import Look
from tui_nn.ui.kit.gc_freeze import spare
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.shell.beginning import Beginning
from tui_nn.ui.shell.status import StatusLine
from tui_nn.ui.shell.tab_strip import TabStrip
from tui_nn.ui.shell.told_layout import ToldLayout

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

PANES = (("1", "Configure"), ("2", "Train"), ("3", "Inspect"), ("4", "Mistakes"))
"""Key and name of every pane, in the order of use."""

GRID = ("Train", "Inspect", "Configure", "Mistakes")
"""Where the panes are when all are shown: training and its settings at the left, what came of it at the right."""

SMALLEST = (60, 20)


def pane_class(name: str) -> type[Pane]:
    """The class of the pane of this name; imported when it is first wanted, so that nobody waits for what they do not see."""
    kind: type[Pane]
    match name:
        case "Configure":
            from tui_nn.ui.configure.pane import ConfigurePane as kind
        case "Train":
            from tui_nn.ui.train.pane import TrainPane as kind
        case "Inspect":
            from tui_nn.ui.inspect.pane import InspectPane as kind
        case _:
            from tui_nn.ui.mistakes.pane import MistakesPane as kind
    return kind


class Arranging(Beginning):
    """A screen of panes: one at a time; two from 150 columns; all four from 47 rows too. They come when they are first shown."""

    current: reactive[str] = reactive("Train", init=False, repaint=False)
    """The pane in front, or the one with the keys where several are shown."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ToldLayout()
        self._stopped = ""
        self._arranging = asyncio.Lock()
        self._ready: list[Pane] = []
        self._beside = "Inspect"
        """What is shown beside Train where there is room for two."""

    async def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size."""
        width, height = event.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        if self._panes():
            await self.arrange_panes()

    def _panes(self) -> list[Pane]:
        return list(self.query(Pane))

    def _shown(self) -> list[str]:
        """The names of the panes on the screen at its present size, in the order of the grid."""
        width, height = self.app.size
        if width < 150 or self.has_class("-zoomed"):
            return [self.current]
        if height < 47:
            return ["Train", self._beside]
        return list(GRID)

    async def arrange_panes(self) -> None:
        """Mount what is shown for the first time, hide what is not, and put the keys where the front is."""
        # Mounting gives way to other messages: a resize must not find half of it done.
        if self.current != "Train":
            self._beside = self.current
        async with self._arranging:
            await self._arrange_now()

    async def _arrange_now(self) -> None:
        shown = self._shown()
        self.set_class(len(shown) > 1, "-several")
        self.set_class(len(shown) == 4, "-four")
        there = {pane.TITLE: pane for pane in self._panes()}
        container = self.query_one("#panes", Container)
        for name in shown:
            if name not in there:
                there[name] = pane_class(name)(id=name.lower())
                await container.mount(there[name])
                self._greet(there[name])
        for name, pane in there.items():
            pane.display = name in shown
        container.sort_children(key=lambda pane: GRID.index(pane.TITLE) if isinstance(pane, Pane) else 0)
        self.give(self.snapshot)
        front = there[self.current]
        if not (self.focused and front in self.focused.ancestors_with_self):
            # At once: `focus` takes its time, and keys that follow quickly would find the pane before.
            self.set_focus(front.with_keys)
        self._mark_current()

    def _greet(self, pane: Pane) -> None:
        """Tell a new pane all that was said before it was there, once every part of it is."""
        if not all(part.is_mounted for part in pane.walk_children(Widget)):
            self.call_after_refresh(self._greet, pane)
            return
        self._ready.append(pane)
        if self._opened is not None:
            pane.opened(self._opened)
        pane.stopped = self._stopped
        self.give(self.snapshot)
        spare(self.app)

    def _mark_current(self) -> None:
        """Show in the tabs, and in the titles where several panes are seen, which pane has the keys."""
        self.query_one(TabStrip).current = self.current
        for pane in self._panes():
            name = f"{pane.NUMBER} {pane.TITLE}"
            # A class, for with `:focus-within` every move of the focus would style the whole pane anew.
            pane.set_class(self.current == pane.TITLE, "-current")
            pane.border_title = f"▐{name}▌" if self.current == pane.TITLE else f" {name}"

    @on(Show)
    async def _show(self, message: Show) -> None:
        await self.show(message.look)

    async def show(self, look: Look) -> None:
        """Bring the pane, the view and what the look names to the front."""
        if look.branch is not None and self.snapshot is not None and look.branch != self.snapshot.branch:
            self._engine.send(Switch(look.branch))
        if look.epoch is not None:
            self._engine.send(Seek(look.epoch))
        await self.action_show(look.pane or self.current)
        await self.query_one(f"#{self.current.lower()}", Pane).show_look(look)

    @property
    def current_look(self) -> Look:
        """The look that the screen shows now."""
        front = next((pane for pane in self._panes() if self.current == pane.TITLE), None)
        look = front.current_look if front is not None else Look(self.current)
        snapshot = self.snapshot
        return look if snapshot is None else replace(look, branch=snapshot.branch, epoch=snapshot.epoch)

    async def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click into another pane gives it the keys."""
        if event.widget is not self.focused:
            return  # The keys have moved on since.
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None and self.current != pane.TITLE:
            self.current = pane.TITLE
            self._mark_current()

    async def action_show(self, pane: str) -> None:
        """Bring a pane to the front and give it the keys."""
        self.current = pane
        await self.arrange_panes()

    async def action_zoom(self) -> None:
        """One pane on the whole screen, or back to all that fit."""
        self.toggle_class("-zoomed")
        await self.arrange_panes()

    def give(self, snapshot: Snapshot | None) -> None:
        """Hand a snapshot to what is shown."""
        self.query_one(StatusLine).snapshot = snapshot
        for pane in self._ready:
            if pane.display:
                pane.snapshot = snapshot
