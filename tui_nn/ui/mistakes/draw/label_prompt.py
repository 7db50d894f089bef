"""The question that asks for the class of a drawing."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_nn.data.dataset import DIGITS
from tui_nn.ui.kit.roles import CURSOR_ROW, KEY

QUESTION = "Which digit did you draw?  "


class LabelPrompt(Widget, can_focus=True):
    """A widget that asks in one row which digit was drawn.

    It has the keyboard focus while it asks, so that the key of a digit answers the question and does not switch panes.
    """

    DEFAULT_CSS = f"""
    LabelPrompt {{ height: 1; padding: 0 0 0 1; display: none; background: {CURSOR_ROW}; }}
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
            "cancel",
            key_display="esc",
            id="label-none",
            tooltip="Do not add the drawing",
        ),
    ]

    class Answered(Message):
        """This message reports that the question was answered."""

        def __init__(self, label: int | None) -> None:
            super().__init__()
            self.label = label
            """The class of the drawing; None if the person cancelled."""

    def render(self) -> Content:
        """Return the question and the keys that answer it."""
        keys = [part for name in DIGITS for part in ((name, KEY), "  ")]
        return Content.assemble((QUESTION, "bold"), *keys, ("esc", KEY), " cancels")

    def on_click(self, event: events.Click) -> None:
        """Answer with the clicked digit, or with the digit left of a clicked gap. A click after the last digit cancels."""
        label, _ = divmod(event.x - 1 - len(QUESTION), 3)
        if 0 <= label < len(DIGITS):
            self.action_answer(label)
        elif label >= len(DIGITS):
            self.action_answer(-1)

    def ask(self) -> None:
        """Show the question, and take the keyboard focus until it is answered."""
        self.display = True
        self.screen.set_focus(self)

    def action_answer(self, label: int) -> None:
        """Answer the question with a class. The label −1 cancels."""
        self._close(label if label >= 0 else None)

    def on_blur(self) -> None:
        """Cancel the question, because another widget has the keyboard focus. Keep it if only the terminal has lost the focus."""
        if self.app.app_focus and self.display:
            self._close(None)

    def _close(self, label: int | None) -> None:
        self.display = False
        self.post_message(self.Answered(label))
