"""A dialog with a question that has the answers yes and no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, SOFT


class Ask(Dialog[bool]):
    """A dialog that asks before something is lost. It returns whether to continue."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "yes"),
        Binding("escape,n", "answer(False)", "no"),
    ]

    def __init__(self, question: str, lost: str, yes: str, no: str = "cancel") -> None:
        """Ask `question`. `lost` names the work that would be lost; `yes` and `no` are the words for enter and esc."""
        super().__init__()
        self._question, self._lost, self._yes, self._no = question, lost, yes, no

    def compose(self) -> ComposeResult:
        """Yield the widgets: the question, what would be lost, and the two keys."""
        with Vertical():
            yield Static(Content.assemble((self._question, "bold")))
            yield Static(Content.assemble((self._lost, SOFT)))
            keys = (("enter", KEY), f" {self._yes}    ", ("esc", KEY), f" {self._no}")
            yield Static(Content.assemble("\n", *keys))

    def action_answer(self, yes: bool) -> None:
        """Close the dialog and return the answer."""
        self.dismiss(yes)
