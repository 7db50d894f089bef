"""A question with yes and no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class Ask(ModalScreen[bool]):
    """Asks before something is lost. Returns whether to go on."""

    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask > Vertical { width: 60; height: auto; background: $panel; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "yes"),
        Binding("escape,n", "answer(False)", "no"),
    ]

    def __init__(self, question: str, lost: str, yes: str, no: str = "leave it") -> None:
        """Ask `question`; `lost` says what would be gone, `yes` what enter does, `no` what esc does."""
        super().__init__()
        self._question, self._lost, self._yes, self._no = question, lost, yes, no

    def compose(self) -> ComposeResult:
        """Question, what is at stake, the two keys."""
        with Vertical():
            yield Static(Content.assemble((self._question, "bold")))
            yield Static(Content.assemble((self._lost, "$foreground 80%")))
            keys = (("enter", "bold $text-accent"), f" {self._yes}    ", ("esc", "bold $text-accent"), f" {self._no}")
            yield Static(Content.assemble("\n", *keys))

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
