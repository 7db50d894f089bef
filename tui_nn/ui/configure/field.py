"""One setting as one row: label, value, marks, and a second row while the value is not allowed."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from tui_nn.config.setting import Effect, Setting
from tui_nn.ui.configure.form import FieldView

QUIET, UNUSED = "$foreground 62%", "$foreground 38%"


def error_style(widget: Widget) -> str:
    """How what is wrong is written; without colour the red would be a weak grey."""
    return "bold reverse" if widget.app.no_color else "bold $text-error"


class Field(Widget, can_focus=True):
    """A row that is changed where it stands. It keeps nothing: what is done to it goes up, what it shows comes down.

    The mark of a change, the label, an arrow to each side of the value, the mark of what takes a new network.
    """

    DEFAULT_CSS = """
    Field { height: 1; layout: horizontal; }
    Field:hover { background: $surface; }
    Field:focus, Field:focus-within { background: $primary-muted; }
    Field Input, Field Input:focus { width: 1fr; height: 1; background: $background; background-tint: transparent; }
    """

    class Stepped(Message):
        """Another value was clicked for: -1 or +1."""

        def __init__(self, setting: Setting, direction: int) -> None:
            super().__init__()
            self.setting, self.direction = setting, direction

    class TypingBegun(Message):
        """A text is wanted to begin with: `Field.type_over` gives it."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    class Typed(Message):
        """A text was typed and kept."""

        def __init__(self, setting: Setting, text: str) -> None:
            super().__init__()
            self.setting, self.text = setting, text

    view: reactive[FieldView] = reactive(FieldView())
    """What is to be seen."""

    def __init__(self, setting: Setting, label_width: int) -> None:
        """The row of `setting`; labels of its column are `label_width` wide."""
        super().__init__(id=setting.name)
        self.setting = setting
        self._value_at = label_width + 4
        self._typing = False

    def watch_view(self, view: FieldView) -> None:
        """Make room for an error, and be passed over while not used."""
        self.styles.height = 2 if view.error else 1
        self.can_focus = view.used

    def render(self) -> Content:
        """The row, as wide as it is."""
        view = self.view
        quiet = QUIET if view.used else UNUSED
        at_hand = view.used and (self.has_focus or self.mouse_hover)
        room = self.size.width - self._value_at - 1
        text = view.text if len(view.text) <= room else view.text[: max(room - 1, 0)] + "…"
        after = room - len(text)
        arrow = " ▸"[-after:] if at_hand and view.higher and after else ""
        before = "– " if not view.used else "◂ " if at_hand and view.lower else "  "
        return Content.assemble(
            ("•" if view.changed else " ", "bold $text-accent"),
            (self.setting.label.ljust(self._value_at - 4) + " ", "bold" if self.has_focus else quiet),
            (before, "bold $text-accent" if view.used else quiet),
            (text, self._value_style()),
            (arrow.ljust(max(after, 0)), "bold $text-accent"),
            ("↺" if view.used and self.setting.effect is Effect.NEW_NETWORK else " ", quiet),
            Content.assemble("\n  ", (f"✗ {view.error}", error_style(self))) if view.error else "",
        )

    def _value_style(self) -> str:
        if self.view.error:
            return error_style(self)
        if not self.view.used:
            return UNUSED
        return "bold $foreground" if self.view.changed or self.has_focus else "$foreground"

    # ---- what is done to it

    def type_over(self, text: str) -> None:
        """Put a line to type in, holding `text`, in the place of the value."""
        if self._typing:
            return
        self._typing = True
        suggester = SuggestFromList(self.setting.options, case_sensitive=False) if self.setting.options else None
        line = _Line(text, compact=True, max_length=60, suggester=suggester)
        line.styles.margin = (0, 1, 0, self._value_at)
        self.mount(line)
        # At once: the next key may be there already.
        self.screen.set_focus(line)

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish(event.value)
        self.screen.set_focus(self)

    @on(Input.Blurred)
    def _leave(self, event: Input.Blurred) -> None:
        event.stop()
        # A terminal that is left takes the focus away and gives it back.
        if self.app.app_focus:
            self._finish(event.value)

    def drop(self) -> None:
        """Stop typing; the value stays as it was."""
        self._finish(None)
        self.screen.set_focus(self)

    def _finish(self, text: str | None) -> None:
        if not self._typing:
            return
        self._typing = False
        self.query(Input).remove()
        if text is not None:
            self.post_message(self.Typed(self.setting, text))

    def on_click(self, event: events.Click) -> None:
        """Change the value at its arrows; type at a double click."""
        left, right = (
            self._value_at - 2,
            self._value_at + min(len(self.view.text), self.size.width - self._value_at - 1),
        )
        if not self.view.used or self._typing or event.y:
            return
        if self.view.lower and left - 1 <= event.x <= left + 1:
            self.post_message(self.Stepped(self.setting, -1))
        elif self.view.higher and right <= event.x <= right + 1:
            self.post_message(self.Stepped(self.setting, 1))
        elif event.chain == 2:
            self.post_message(self.TypingBegun(self))

    def on_enter(self) -> None:
        """Show the arrows under the mouse."""
        self.refresh()

    def on_leave(self) -> None:
        """And hide them."""
        self.refresh()


class _Line(Input):
    """The line to type in, whose two keys stand in the footer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep", key_display="enter", id="typing-keep", tooltip="Keep what is typed"),
        Binding("escape", "drop", "drop", key_display="esc", id="typing-drop", tooltip="Leave the value as it was"),
    ]

    def action_drop(self) -> None:
        """Stop typing."""
        if isinstance(self.parent, Field):
            self.parent.drop()
