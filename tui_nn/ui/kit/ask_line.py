"""A dialog that asks for one line of text, and the dialog that asks for a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_nn.config.setting import is_plain
from tui_nn.render.numbers import MINUS
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, SOFT

T = TypeVar("T")

LONGEST_PATH = 4000
"""The largest number of characters in a path that a person can type into a dialog."""

_KEYS = "enter", "esc"


class AskLine(Dialog[T | None], Generic[T]):
    """A dialog that asks for a line of text. It returns the value that `read` makes of this text; None if the person cancels."""

    DEFAULT_CSS = """
    AskLine Input { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel")]

    def __init__(self, question: str, remark: str, value: str, read: Callable[[str], T], *, longest: int) -> None:
        """Ask `question`. `value` is in the field at first.

        `read` converts the typed line, or raises ValueError with the sentence to show.
        A line has at most `longest` characters.
        """
        super().__init__()
        self._question, self._remark, self._value, self._read, self._longest = question, remark, value, read, longest

    def compose(self) -> ComposeResult:
        """Yield the widgets: the question, the field, the error and the two keys."""
        with Vertical():
            yield Static(Content.assemble((self._question, "bold")))
            yield Static(Content.assemble((self._remark, SOFT)))
            yield Input(self._value, compact=True, max_length=self._longest)
            yield Static(id="wrong")
            enter, leave = ((key, KEY) for key in _KEYS)
            yield Static(Content.assemble(enter, " OK    ", leave, " cancel"))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        try:
            value = self._read(event.value.strip())
        except ValueError as error:
            self.query_one("#wrong", Static).update(Content(str(error)))
        else:
            self.dismiss(value)

    def action_leave(self) -> None:
        """Close the dialog without a value."""
        self.dismiss(None)


class AskNumber(AskLine[float]):
    """A dialog that asks for a number. It returns the number, or None if the person cancels."""

    def __init__(self, question: str, remark: str, value: str, fault: Callable[[float], str]) -> None:
        """Ask `question`. `value` is in the field at first. `fault` returns the reason why a number is not allowed, or
        "" if it is.
        """
        self._fault = fault
        super().__init__(question, remark, value, self._number, longest=24)

    def _number(self, line: str) -> float:
        text = line.replace(MINUS, "-").replace(",", ".")
        try:
            if not is_plain(text):
                raise ValueError
            value = float(text)
        except ValueError:
            raise ValueError(f"{line!r} is not a number." if text else "Type a number.") from None
        if wrong := self._fault(value):
            raise ValueError(wrong)
        return value
