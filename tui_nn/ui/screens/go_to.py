"""Which epoch to go to."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

KEY = "bold $text-accent"


class GoTo(ModalScreen[int | None]):
    """Asks for an epoch; returns it, or None."""

    DEFAULT_CSS = """
    GoTo { align: center middle; }
    GoTo > Vertical { width: 46; height: auto; background: $panel; padding: 1 2; }
    GoTo Input, GoTo Input:focus { height: 1; border: none; background: $surface; margin: 1 0 0 0; padding: 0 1; }
    GoTo #wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave it")]

    def __init__(self, epoch: int, newest: int) -> None:
        """The epoch shown, and the newest there is."""
        super().__init__()
        self._epoch, self._newest = epoch, newest

    def compose(self) -> ComposeResult:
        """Question, field, what is wrong with it, keys."""
        with Vertical():
            here = f"  now {self._epoch:,} of {self._newest:,}"
            yield Static(Content.assemble(("Go to epoch", "bold"), (here, "$foreground 62%")))
            yield Input(placeholder=f"0 to {self._newest}", max_length=12)
            yield Static("", id="wrong")
            yield Static(Content.assemble(("enter", KEY), " go    ", ("esc", KEY), " stay"))

    @on(Input.Submitted)
    def _go(self, event: Input.Submitted) -> None:
        text = event.value.strip().replace(",", "")
        if text.isdecimal() and int(text) <= self._newest:
            self.dismiss(int(text))
        else:
            self.query_one("#wrong", Static).update(f"✗ a whole number from 0 to {self._newest:,}")

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(None)
