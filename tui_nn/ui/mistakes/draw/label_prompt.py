"""The question which class a drawing belongs to."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_nn.data.dataset import DIGITS
from tui_nn.ui.kit.roles import KEY

QUESTION = "Which digit is it?  "


class LabelPrompt(Widget, can_focus=True):
    """One row with a question. It has the keys while it asks, so that a digit answers and does not switch panes."""

    DEFAULT_CSS = """
    LabelPrompt { height: 1; padding: 0 0 0 1; display: none; background: $primary-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                name,
                f"answer({label})",
                f"it is a {name}",
                show=False,
                id=f"label-{name}",
                tooltip=f"Add the drawing as a {name}",
            )
            for label, name in enumerate(DIGITS)
        ),
        Binding(
            "escape",
            "answer(-1)",
            "do not add it",
            key_display="esc",
            id="label-none",
            tooltip="Do not add the drawing",
        ),
    ]

    class Answered(Message):
        """The question was answered."""

        def __init__(self, label: int | None) -> None:
            super().__init__()
            self.label = label
            """The class; None if the drawing is not to be added."""

    def render(self) -> Content:
        """The question and the keys that answer it."""
        keys = [part for name in DIGITS for part in ((name, KEY), "  ")]
        return Content.assemble((QUESTION, "bold"), *keys, ("esc", KEY), " cancels")

    def on_click(self, event: events.Click) -> None:
        """Answer with the digit under the mouse or left of it; behind the last digit, cancel."""
        label, _ = divmod(event.x - 1 - len(QUESTION), 3)
        if 0 <= label < len(DIGITS):
            self.action_answer(label)
        elif label >= len(DIGITS):
            self.action_answer(-1)

    def ask(self) -> None:
        """Take the keys until the question is answered."""
        self.display = True
        self.screen.set_focus(self)

    def action_answer(self, label: int) -> None:
        """Answer with a class; −1 cancels."""
        self._close(label if label >= 0 else None)

    def on_blur(self) -> None:
        """Cancel when another widget takes the keys. A terminal that loses the focus gives it back, so keep asking then."""
        if self.app.app_focus and self.display:
            self._close(None)

    def _close(self, label: int | None) -> None:
        self.display = False
        self.post_message(self.Answered(label))
