"""Asks which digit a drawing is."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

QUESTION = "Which digit is it?  "


class LabelPrompt(Widget, can_focus=True):
    """One row. It has the keys while it asks, so that a digit answers and does not lead to another pane."""

    DEFAULT_CSS = """
    LabelPrompt { height: 1; padding: 0 0 0 1; display: none; background: $primary-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                f"{n}", f"answer({n})", f"it is a {n}", show=False, id=f"label-{n}", tooltip="Add it with this label"
            )
            for n in range(10)
        ),
        Binding("escape", "answer(-1)", "do not add it", key_display="esc", id="label-none", tooltip="Leave it"),
    ]

    class Answered(Message):
        """There is an answer."""

        def __init__(self, label: int | None) -> None:
            super().__init__()
            self.label = label
            """None: it is not to be added."""

    def render(self) -> Content:
        """The question."""
        keys = [part for n in range(10) for part in ((str(n), "bold $text-accent"), "  ")]
        return Content.assemble((QUESTION, "bold"), *keys, ("esc", "bold $text-accent"), " leaves it")

    def on_click(self, event: events.Click) -> None:
        """Answer with the digit under the mouse, or the blank behind it."""
        digit, _ = divmod(event.x - 1 - len(QUESTION), 3)
        if 0 <= digit <= 9:
            self.action_answer(digit)
        elif digit > 9:
            self.action_answer(-1)

    def ask(self) -> None:
        """Take the keys until there is an answer."""
        self.display = True
        self.screen.set_focus(self)

    def action_answer(self, label: int) -> None:
        """Answer."""
        self._close(label if label >= 0 else None)

    def on_blur(self) -> None:
        """To go elsewhere is a no; but a terminal that is left takes the focus away and gives it back."""
        if self.app.app_focus and self.display:
            self._close(None)

    def _close(self, label: int | None) -> None:
        self.display = False
        self.post_message(self.Answered(label))
