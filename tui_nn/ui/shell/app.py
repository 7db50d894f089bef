"""The app: what belongs to no pane."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import time
from typing import ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES

from tui_nn.ui.kit.ascii import Ascii
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.engine import Engine
from tui_nn.ui.shell.main_screen import MainScreen

THEMES = tuple(BUILTIN_THEMES)
"""The names of all colours that it can be shown in."""

SEEN = 1.0
"""Seconds after which a message has been seen by whoever presses a key."""


class TuiNN(App[None]):
    """Shows one main screen on one engine, and puts the terminal back whatever ends it."""

    TITLE = "tui-nn"
    # A default screen's own CSS_PATH is not read (Textual 8.2), so its styles are named here.
    CSS_PATH = Path(__file__).parent / "main_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, engine: Engine, *, ascii_only: bool = False, save_as: str | None = None) -> None:
        """Show what `engine` does; `ctrl+s` saves to `save_as`, or to a new file of the preset's name."""
        super().__init__()
        self._engine = engine
        self._save_as = save_as
        self.ascii_only = ascii_only
        """Whether the terminal can show nothing but ASCII."""
        self._ascii = [Ascii()] if ascii_only else []
        self._leave: Ask | None = None

    def get_default_screen(self) -> Screen[None]:
        """The one screen there is."""
        return MainScreen(self._engine, save_as=self._save_as)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message for as long as it takes to read it, an error longer."""
        # 20 characters a second are read at a glance.
        reading = max(len(message) / 20, 1.5 if severity == "information" else 5.0)
        super().notify(message, title=title, severity=severity, timeout=timeout or reading, markup=markup)

    async def on_event(self, event: events.Event) -> None:
        """A key takes away the messages that have been seen: they cover something."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            seen = [message for message in self._notifications if time() - message.raised_at > SEEN]
            for message in seen:
                self._unnotify(message, refresh=False)
            if seen:
                self._refresh_notifications()
        await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own filters, and plain ASCII last."""
        return [*super().get_line_filters(), *self._ascii]

    async def action_quit(self) -> None:
        """Leave; ask first where much would be lost, unless that is what is being asked."""
        main = self.screen_stack[0]
        asked = self._leave is not None and self._leave in self.screen_stack
        self._leave = main.question_before_quitting() if isinstance(main, MainScreen) and not asked else None
        if self._leave is None:
            self.exit()
        else:
            self.push_screen(self._leave, lambda sure: self.exit() if sure else None)

    def on_mount(self) -> None:
        """See to it that a signal ends the app without asking, for by itself it would leave the terminal raw."""
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT) if hasattr(signal, "SIGHUP") else ():
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def _end(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the panes and the screen, beside Textual's own commands."""
        # "Maximize" would hide the tabs, which z does better, and "Keys" is what ? shows with more to it.
        yield from (c for c in super().get_system_commands(screen) if c.title in ("Theme", "Quit", "Screenshot"))
        if isinstance(screen, MainScreen):
            yield from screen.commands()
