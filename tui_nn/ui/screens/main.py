"""The one screen: it owns the engine and the newest snapshot, and lays the panes out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.engine.messages import Notice, Opened, Stopped
from tui_nn.presets import shortfall
from tui_nn.session.status import State
from tui_nn.ui.engine import Engine
from tui_nn.ui.lasting import spare
from tui_nn.ui.messages import ShowPane, Tell
from tui_nn.ui.panes.pane import Pane
from tui_nn.ui.panes.view_pane import ViewPane
from tui_nn.ui.screens.beginning import Beginning
from tui_nn.ui.screens.commands import all_commands
from tui_nn.ui.widgets.footer import QuietFooter
from tui_nn.ui.widgets.status import StatusLine
from tui_nn.ui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from tui_nn.session.snapshot import Snapshot

LOOK_EVERY = 0.03
"""Seconds between two looks at what the engine has said."""

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
            from tui_nn.ui.panes.configure import ConfigurePane as kind
        case "Train":
            from tui_nn.ui.panes.train import TrainPane as kind
        case "Inspect":
            from tui_nn.ui.panes.inspect import InspectPane as kind
        case _:
            from tui_nn.ui.panes.mistakes import MistakesPane as kind
    return kind


def free_name(preset: str) -> str:
    """A file name for a run that no file has yet: "quick-start.run", "quick-start-2.run" ..."""
    names = (f"{preset}{suffix}.run" for suffix in chain([""], (f"-{number}" for number in count(2))))
    return next(name for name in names if not os.path.lexists(name))


def _keys_follow(snapshot: Snapshot | None) -> tuple[object, ...] | None:
    """What decides which keys have a use."""
    if snapshot is None:
        return None
    ends = snapshot.epoch == 0, snapshot.epoch == snapshot.newest_epoch, bool(snapshot.progress.batch)
    return (snapshot.status.state, *ends, len(snapshot.branches))


class MainScreen(Beginning):
    """Status, tabs, panes, footer. One pane at a time; two from 150 columns; all four from 47 rows too."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"show('{name}')", name, False, id=f"pane-{name}".lower(), tooltip=f"Go to {name}") for key, name in PANES),
        Binding("space", "step_epoch", "one epoch", show=False, id="epoch", tooltip="Train one epoch: every example once"),
        Binding("b", "step_batch", "one batch", show=False, id="batch", tooltip="Train one batch: one update"),
        Binding("m", "microscope", "microscope", show=False, id="microscope", tooltip="Inside one update, act by act"),
        Binding("r", "run", "run", show=False, id="run", tooltip="Train on, epoch after epoch"),
        Binding("r", "pause", "pause", show=False, id="pause", tooltip="Stop where it is; r goes on"),
        Binding("e", "restart_engine", "restart", id="engine", tooltip="Go on where it was"),
        Binding("z", "zoom", "zoom", show=False, id="zoom", tooltip="One pane on the whole screen, and back"),
        Binding("G", "gradients", "check gradients", show=False, id="check-gradients", tooltip="Backprop against differences"),
        Binding("ctrl+s", "save", "save", show=False, id="save", tooltip="Save the run to a file"),
        Binding("question_mark", "help", "help", key_display="?", id="help", tooltip="What this pane shows, and its keys"),
    ]  # fmt: skip

    current: reactive[str] = reactive("Train", init=False, repaint=False)
    """The pane in front, or the one with the keys where several are shown."""

    def __init__(self, engine: Engine, *, save_as: str | None) -> None:
        super().__init__()
        self._engine = engine
        self._save_as = save_as
        self._opened: Opened | None = None
        self._stopped = ""
        self._arranging = asyncio.Lock()
        self._ready: list[Pane] = []
        self._beside = "Inspect"
        """What is shown beside Train where there is room for two."""

    def compose(self) -> ComposeResult:
        """The frame; panes come when they are first shown."""
        yield StatusLine()
        yield TabStrip(PANES)
        yield Container(id="panes")
        yield QuietFooter()
        yield Static(f"tui-nn needs {SMALLEST[0]} columns and {SMALLEST[1]} rows", id="too-small")

    def on_mount(self) -> None:
        """Begin to listen, and show the first pane once the frame is painted: NumPy comes with it."""
        self.set_interval(LOOK_EVERY, self.listen)
        self.call_after_refresh(self._arrange)

    def on_unmount(self) -> None:
        """The engine lives no longer than its screen."""
        self._engine.close()

    def listen(self) -> None:
        """Take what the engine has said."""
        for message in self._engine.poll():
            match message:
                case Opened():
                    self._opened = self.query_one(StatusLine).opened = message
                    for pane in self._ready:
                        pane.opened(message)
                case Notice(text, is_error):
                    self.notify(text, severity="error" if is_error else "information", markup=False)
                case Stopped(reason):
                    self._set_stopped(reason)
                    self.notify(f"The engine stopped: {reason}.", severity="error", markup=False)
                case snapshot:
                    self.snapshot = snapshot

    # ---- layout

    async def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size."""
        width, height = event.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        if self._panes():
            await self._arrange()

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

    async def _arrange(self) -> None:
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
        self._give(self.snapshot)
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
        self._give(self.snapshot)
        spare(self.app)

    def _mark_current(self) -> None:
        """Show in the tabs, and in the titles where several panes are seen, which pane has the keys."""
        self.query_one(TabStrip).current = self.current
        for pane in self._panes():
            name = f"{pane.NUMBER} {pane.TITLE}"
            # A class, for with `:focus-within` every move of the focus would style the whole pane anew.
            pane.set_class(self.current == pane.TITLE, "-current")
            pane.border_title = f"▐{name}▌" if self.current == pane.TITLE else f" {name}"

    @on(ShowPane)
    async def _show_pane(self, message: ShowPane) -> None:
        await self.action_show(message.pane)
        pane = self.query_one(f"#{message.pane.lower()}", Pane)
        if message.example is not None:
            pane.show_example(message.example)
        if message.view and isinstance(pane, ViewPane):
            # Last: the pane has a view of its own for examples.
            await pane.action_view(message.view)

    async def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click into another pane gives it the keys."""
        if event.widget is not self.focused:
            return  # The keys have moved on since.
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None and self.current != pane.TITLE:
            self.current = pane.TITLE
            self._mark_current()

    # ---- snapshots

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Hand it to what is shown."""
        self._give(snapshot)
        if before and snapshot and snapshot.run != before.run:
            # Another run has begun, and the file holds the one before.
            self._save_as = None
        begun = snapshot is not None and (before is None or before.training is not snapshot.training)
        if snapshot and begun and not snapshot.epoch and (short := shortfall(snapshot)):
            self.notify(short, markup=False)
        if _keys_follow(before) != _keys_follow(snapshot):
            self.refresh_bindings()

    def _give(self, snapshot: Snapshot | None) -> None:
        self.query_one(StatusLine).snapshot = snapshot
        for pane in self._ready:
            if pane.display:
                pane.snapshot = snapshot

    @on(Tell)
    def _tell(self, message: Tell) -> None:
        self._engine.send(message.command, **message.arguments)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey what cannot be done now."""
        state = self.snapshot.status.state if self.snapshot else None
        can_train = state not in (None, State.DIVERGED, State.INSIDE) and not self._stopped
        match action:
            case "step_epoch" | "step_batch":
                return True if can_train else None
            case "run":
                return False if state in (State.RUNNING, State.REPLAYING) else (True if can_train else None)
            case "pause":
                return state in (State.RUNNING, State.REPLAYING) and not self._stopped
            case "gradients":
                return True if self.snapshot is not None and self._opened is not None else None
            case "start_over" | "new_weights" | "save":
                return True if state is not None and not self._stopped else None
            case "restart_engine":
                return bool(self._stopped)
            case "fix":
                return None if self._stopped else self.can_fix()
            case "travel" | "back_a_batch" | "go_to" | "go_to_best" | "branches" | "first" | "newest":
                return None if self._stopped else self.can_travel(action, parameters)
            case _:
                return True

    async def action_show(self, pane: str) -> None:
        """Bring a pane to the front and give it the keys."""
        self.current = pane
        await self._arrange()

    async def action_zoom(self) -> None:
        """One pane on the whole screen, or back to all that fit."""
        self.toggle_class("-zoomed")
        await self._arrange()

    def action_step_epoch(self) -> None:
        """Train one epoch."""
        self._engine.send("step_epoch")

    def action_step_batch(self) -> None:
        """Train one batch."""
        self._engine.send("step_batch")

    async def action_microscope(self) -> None:
        """Put the next update under the microscope, or go back to the one that is."""
        # Not at the top: NumPy comes with it.
        from tui_nn.ui.views.microscope import MicroscopeView

        await self.action_show("Inspect")
        pane = self.query_one("#inspect", ViewPane)
        await pane.action_view(MicroscopeView.NAME)
        if isinstance(view := pane.front, MicroscopeView):
            view.begin()

    def action_run(self) -> None:
        """Train to the end of the plan, or as long again."""
        self._engine.send("run")

    def action_pause(self) -> None:
        """Stop where it is."""
        self._engine.send("pause")

    def action_restart_engine(self) -> None:
        """Start the engine again where the last snapshot left off."""
        self._set_stopped("")
        self.app.clear_notifications()
        self._engine.start_again()

    def _set_stopped(self, reason: str) -> None:
        self._stopped = self.query_one(StatusLine).stopped = reason
        for pane in self._ready:
            pane.stopped = reason
        self.refresh_bindings()

    def action_gradients(self) -> None:
        """Check the present network's gradients."""
        if self.snapshot is not None and self._opened is not None:
            # Not at the top: NumPy comes with it.
            from tui_nn.ui.screens.gradients import Gradients

            self.app.push_screen(Gradients(self.snapshot, self._opened.test))

    def action_save(self) -> None:
        """Save the run: to the file it is from, or was saved to before, else to one that is not there yet."""
        if self._save_as is None and self.snapshot is not None:
            self._save_as = free_name(self.snapshot.preset)
        self._engine.send("save", path=self._save_as)

    def action_help(self) -> None:
        """Explain the pane with the keys."""
        front = next((pane for pane in self._panes() if self.current == pane.TITLE), None)
        if front is not None:
            # Markdown takes longer to import than the whole screen to paint.
            from tui_nn.ui.screens.help import Help

            self.app.push_screen(Help(front, self))

    def commands(self) -> Iterator[SystemCommand]:
        """Every key that works now, and those of the other panes, for the command palette."""
        front = next(pane for pane in self._panes() if self.current == pane.TITLE)
        return all_commands(self, front, [pane_class(name) for _, name in PANES], self._act_in)

    async def _act_in(self, name: str, view: str, action: str) -> None:
        """Bring a pane to the front, and a view of it, and do one of its actions."""
        await self.action_show(name)
        pane = self.query_one(f"#{name.lower()}", Pane)
        if view and isinstance(pane, ViewPane):
            pane.view = view
        self.call_after_refresh(self.app.run_action, action, pane.with_keys if view else pane)
