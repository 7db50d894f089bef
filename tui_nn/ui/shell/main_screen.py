"""The one screen: it owns the engine and the newest snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Static

from tui_nn.engine.commands import Pause, Run, Save, StepBatch, StepEpoch
from tui_nn.engine.messages import Notice, Opened, Stopped
from tui_nn.presets import shortfall
from tui_nn.session.run.status import State
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.view_pane import ViewPane
from tui_nn.ui.shell.arranging import PANES, SMALLEST, Arranging, pane_class
from tui_nn.ui.shell.engine import Engine
from tui_nn.ui.shell.footer import QuietFooter
from tui_nn.ui.shell.palette import all_commands
from tui_nn.ui.shell.status import StatusLine
from tui_nn.ui.shell.tab_strip import TabStrip
from tui_nn.ui.shell.unsaved import Kept

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

LOOK_EVERY = 0.03
"""Seconds between two looks at what the engine has said."""


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


class MainScreen(Arranging):
    """Status, tabs, panes, footer; what the engine says, and what it is told."""

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

    def __init__(self, engine: Engine, *, save_as: str | None) -> None:
        super().__init__()
        self._engine = engine
        self._save_as = save_as
        self._saving: Kept | None = None
        """How far the run was when it was last told to be saved: what the file has at least."""

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
        self.call_after_refresh(self.arrange_panes)

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
                case Notice(text, is_error, command):
                    if command is Save and not is_error:
                        self._kept = self._saving
                    self.notify(text, severity="error" if is_error else "information", markup=False)
                case Stopped(reason):
                    self._set_stopped(reason)
                    self.notify(f"The engine stopped: {reason}.", severity="error", markup=False)
                case snapshot:
                    self.snapshot = snapshot

    # ---- snapshots

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Hand it to what is shown."""
        self.give(snapshot)
        if before is None and snapshot is not None:
            self._kept = Kept.all_of(snapshot)
        if before and snapshot and snapshot.run != before.run:
            # Another run has begun, and the file holds the one before.
            self._save_as = None
        begun = snapshot is not None and (before is None or before.training is not snapshot.training)
        if snapshot and begun and not snapshot.epoch and (short := shortfall(snapshot)):
            self.notify(short, markup=False)
        if _keys_follow(before) != _keys_follow(snapshot):
            self.refresh_bindings()

    @on(Tell)
    def _tell(self, message: Tell) -> None:
        self._engine.send(message.command)

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

    def action_step_epoch(self) -> None:
        """Train one epoch."""
        self._engine.send(StepEpoch())

    def action_step_batch(self) -> None:
        """Train one batch."""
        self._engine.send(StepBatch())

    async def action_microscope(self) -> None:
        """Put the next update under the microscope, or go back to the one that is."""
        # Not at the top: NumPy comes with it.
        from tui_nn.ui.inspect.microscope.view import MicroscopeView

        await self.action_show("Inspect")
        pane = self.query_one("#inspect", ViewPane)
        await pane.action_view(MicroscopeView.NAME)
        if isinstance(view := pane.front, MicroscopeView):
            view.begin()

    def action_run(self) -> None:
        """Train to the end of the plan, or as long again."""
        self._engine.send(Run())

    def action_pause(self) -> None:
        """Stop where it is."""
        self._engine.send(Pause())

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
            from tui_nn.ui.shell.gradients import Gradients

            self.app.push_screen(Gradients(self.snapshot, self._opened.test))

    def action_save(self) -> None:
        """Save the run: to the file it is from, or was saved to before, else to one that is not there yet."""
        if self.snapshot is not None:
            self._save_as = self._save_as or free_name(self.snapshot.preset)
            self._saving = Kept.all_of(self.snapshot)
            self._engine.send(Save(self._save_as))

    def action_help(self) -> None:
        """Explain the pane with the keys."""
        front = next((pane for pane in self._panes() if self.current == pane.TITLE), None)
        if front is not None:
            # Markdown takes longer to import than the whole screen to paint.
            from tui_nn.ui.shell.help import Help

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
            await pane.action_view(view)
        self.call_after_refresh(self.app.run_action, action, pane.with_keys if view else pane)
