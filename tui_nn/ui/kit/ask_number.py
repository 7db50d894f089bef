"""A dialog that asks for a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_nn.config.setting import is_plain
from tui_nn.render.numbers import MINUS
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import BROKEN, FRAME, KEY, SOFT

_KEYS = "enter", "esc"


class AskNumber(Dialog[float | None]):
    """Asks for a number. It returns the number, or None if the person cancels."""

    DEFAULT_CSS = f"""
    AskNumber {{ align: center middle; }}
    AskNumber > Vertical {{ width: 60; height: auto; background: {FRAME}; padding: 1 2; }}
    AskNumber Input {{ margin: 1 0 0 0; }}
    AskNumber #wrong {{ color: {BROKEN}; height: auto; min-height: 1; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel")]

    def __init__(self, question: str, remark: str, value: str, fault: Callable[[float], str]) -> None:
        """Ask `question`. `value` is in the field at first. `fault` returns why a number is not allowed, or ""."""
        super().__init__()
        self._question, self._remark, self._value, self._fault = question, remark, value, fault

    def compose(self) -> ComposeResult:
        """Yield the widgets: the question, the field, the error and the two keys."""
        with Vertical():
            yield Static(Content.assemble((self._question, "bold")))
            yield Static(Content.assemble((self._remark, SOFT)))
            yield Input(self._value, compact=True, max_length=24)
            yield Static(id="wrong")
            enter, leave = ((key, KEY) for key in _KEYS)
            yield Static(Content.assemble(enter, " OK    ", leave, " cancel"))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        text = event.value.strip().replace(MINUS, "-").replace(",", ".")
        try:
            if not is_plain(text):
                raise ValueError
            value = float(text)
        except ValueError:
            wrong = f"{event.value.strip()!r} is not a number." if text else "Type a number."
        else:
            wrong = self._fault(value)
            if not wrong:
                self.dismiss(value)
                return
        self.query_one("#wrong", Static).update(Content(wrong))

    def action_leave(self) -> None:
        """Close the dialog without a number."""
        self.dismiss(None)
