"""Two widgets of the form: the row of one setting, and a column of such rows, which scrolls under its heading."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_nn.config.setting import Effect, Setting
from tui_nn.ui.configure.draft import FieldView
from tui_nn.ui.kit.roles import BROKEN, CHANGED, CURSOR_ROW, FAINTEST, HOVERED, KEY, MUTED, PAGE, TEXT, bold


def error_style(widget: Widget) -> str:
    """Return the text style of an error message.

    A terminal without colour shows red as a dark grey, so the text is reversed there.
    """
    return "bold reverse" if widget.app.no_color else bold(BROKEN)


class Field(Widget, can_focus=True):
    """A widget that shows one setting in a row.

    It stores no value. It posts a message for each key or click, and draws the `view` that the form sets.

    From left to right: • for a changed value, the label, the value between two arrows, and ↺ if a change starts a new network.
    If a lesson locks the value, "=" and "locked" stand in place of the arrows.
    """

    DEFAULT_CSS = f"""
    Field {{ height: 1; layout: horizontal; }}
    Field:hover {{ background: {HOVERED}; }}
    Field:focus, Field:focus-within {{ background: {CURSOR_ROW}; }}
    Field Input, Field Input:focus {{ width: 1fr; height: 1; background: {PAGE}; background-tint: transparent; }}
    """

    class Stepped(Message):
        """This message reports that you clicked an arrow: -1 for a lower value, +1 for a higher one."""

        def __init__(self, setting: Setting, direction: int) -> None:
            super().__init__()
            self.setting, self.direction = setting, direction

    class TypingBegun(Message):
        """This message reports that you want to type a value.

        The receiver calls `Field.type_over` with the text at the start, unless a lesson locks the value.
        """

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    class Typed(Message):
        """This message reports that you typed a value and pressed enter."""

        def __init__(self, setting: Setting, text: str) -> None:
            super().__init__()
            self.setting, self.text = setting, text

    view: reactive[FieldView] = reactive(FieldView())
    """The contents of the row: its text, and whether it is changed, used or wrong."""

    def __init__(self, setting: Setting, label_width: int, begins: str = "06789.") -> None:
        """Make the row of `setting`. The labels of its column are `label_width` wide.

        `begins` contains the characters that open the field for typing. The digits 1 to 5 are left out, because they lead to panes.
        """
        super().__init__(id=setting.name)
        self.setting = setting
        self._begins = begins
        self._value_at = label_width + 4
        self._typing = False

    def watch_view(self, view: FieldView) -> None:
        """Give the field a second row if it has an error to show.

        A setting without effect cannot get the focus.
        """
        self.styles.height = 2 if view.error else 1
        self.can_focus = view.used

    def render(self) -> Content:
        """Draw the row in its present width."""
        view = self.view
        muted = MUTED if view.used else FAINTEST
        active = view.used and (self.has_focus or self.mouse_hover)
        room = self.size.width - self._value_at - 1
        text = view.text if len(view.text) <= room else view.text[: max(room - 1, 0)] + "…"
        after = room - len(text)
        arrow = " ▸"[-after:] if active and view.higher and after else ""
        if view.kept and after >= len(" locked"):
            arrow = " locked"
        before = "– " if not view.used else "= " if view.kept else "◂ " if active and view.lower else "  "
        return Content.assemble(
            ("•" if view.changed else " ", CHANGED),
            (self.setting.label.ljust(self._value_at - 4) + " ", "bold" if self.has_focus else muted),
            (before, KEY if view.used else muted),
            (text, self._value_style()),
            (arrow.ljust(max(after, 0)), KEY),
            ("↺" if view.used and self.setting.effect is Effect.NEW_NETWORK else " ", muted),
            Content.assemble("\n  ", (f"✗ {view.error}", error_style(self))) if view.error else "",
        )

    def _value_style(self) -> str:
        if self.view.error:
            return error_style(self)
        if not self.view.used:
            return FAINTEST
        return bold(TEXT) if self.view.changed or self.has_focus else TEXT

    # ---- Typing

    @property
    def is_typed(self) -> bool:
        """Return whether the value of this setting can be typed. If not, it is chosen from a list."""
        return bool(self.setting.characters)

    def on_key(self, event: events.Key) -> None:
        """Open the field for typing with a digit or a point as its first character."""
        letter = event.character or ""
        if letter and letter in self._begins and letter in self.setting.characters and not self._typing:
            event.stop()
            if self.view.kept:
                self.post_message(self.TypingBegun(self))
            else:
                self.type_over(letter, is_begun=True)

    def type_over(self, text: str, *, is_begun: bool = False) -> None:
        """Replace the value by an input line that contains `text`.

        The next typed character replaces the text. If the person has already typed this text (`is_begun`), the next character is
        added to it.
        """
        if self._typing or not self.is_typed:
            return
        self._typing = True
        line = _InputLine(text, self.setting, is_begun=is_begun)
        line.styles.margin = (0, 1, 0, self._value_at)
        self.mount(line)
        # Focus the input line immediately, because the next key may already be waiting.
        self.screen.set_focus(line)

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish(event.value)
        self.screen.set_focus(self)

    @on(Input.Blurred)
    def _leave(self, event: Input.Blurred) -> None:
        event.stop()
        # When you switch to another window, the app loses the focus too, but the input line must stay open for your return.
        if self.app.app_focus:
            self._finish(event.value)

    def drop(self) -> None:
        """Close the input line and keep the old value."""
        self._finish(None)
        self.screen.set_focus(self)

    def _finish(self, text: str | None) -> None:
        if not self._typing:
            return
        self._typing = False
        self.query(Input).remove()
        if text is not None:
            self.post_message(self.Typed(self.setting, text))

    # ---- The mouse

    def on_click(self, event: events.Click) -> None:
        """Change the value if an arrow was clicked. A double click starts typing, or chooses the next value of a list."""
        left = self._value_at - 2
        right = self._value_at + min(len(self.view.text), self.size.width - self._value_at - 1)
        if not self.view.used or self._typing or event.y:
            return
        if self.view.lower and left - 1 <= event.x <= left + 1:
            self.post_message(self.Stepped(self.setting, -1))
        elif self.view.higher and right <= event.x <= right + 1:
            self.post_message(self.Stepped(self.setting, 1))
        elif event.chain == 2:
            self.post_message(self.TypingBegun(self) if self.is_typed else self.Stepped(self.setting, 1))

    def on_enter(self) -> None:
        """Show the arrows while the mouse is over the row."""
        self.refresh()

    def on_leave(self) -> None:
        """Hide the arrows again."""
        self.refresh()


class _InputLine(Input):
    """The line in which you type a value.

    It accepts only characters that the value can contain. The footer shows its keys, enter and esc.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep", key_display="enter", id="typing-keep", tooltip="Keep the typed value"),
        Binding("escape", "drop", "drop", key_display="esc", id="typing-drop", tooltip="Keep the old value"),
    ]

    def __init__(self, text: str, setting: Setting, *, is_begun: bool) -> None:
        """Begin with `text`. The line accepts only characters that a value of `setting` can contain.

        The text is selected, unless the person has already typed a part of it (`is_begun`).
        """
        self._setting = setting
        restrict = f"(?i:[{re.escape(setting.characters)}]*)"
        super().__init__(text, compact=True, max_length=60, restrict=restrict, select_on_focus=not is_begun)

    def restricted(self) -> None:
        """Show a message that explains why the field does not accept a typed or pasted character."""
        self.app.clear_notifications()
        self.notify(
            (
                f"{self._setting.label} must be {self._setting.allowed}. Before you use other keys, press enter to "
                "keep the typed value, or esc to drop it."
            ),
            markup=False,
        )

    def action_drop(self) -> None:
        """Close the input line and keep the old value."""
        if isinstance(self.parent, Field):
            self.parent.drop()


class Heading(Static):
    """The heading of a column: its name, and either a short description (if it fits) or the number of hidden rows."""

    DEFAULT_CSS = "Heading { width: 1fr; height: 1; padding-left: 1; text-wrap: nowrap; }"

    hidden: reactive[tuple[int, int]] = reactive((0, 0))
    """How many rows of the column are scrolled out of view above and below."""

    about: reactive[str] = reactive("")

    def __init__(self, name: str, about: str, **more: Any) -> None:
        super().__init__(**more)
        self._title = name
        self.set_reactive(Heading.about, about)

    def render(self) -> Content:
        """Draw the heading in one row."""
        name = Content.styled(self._title, "bold")
        above, below = self.hidden
        if not above and not below:
            about = f"  {self.about}"
            return Content.assemble(name, (about if len(name) + len(about) < self.size.width else "", MUTED))
        counts = "  ".join(f"{mark} {count}" for mark, count in (("▴", above), ("▾", below)) if count)
        more = Content.assemble((counts, KEY), (" more", MUTED))
        return Content.assemble(name, " " * max(self.size.width - len(name) - len(more), 1), more)


class FieldRows(Vertical, can_focus=False):
    """A column of fields that scrolls with the focus, and reports to its heading how many rows are hidden."""

    DEFAULT_CSS = """
    FieldRows { height: 1fr; overflow-y: auto; scrollbar-size: 0 0; }
    """

    def __init__(self, heading: Heading) -> None:
        super().__init__(classes="rows")
        self._heading = heading

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Count the hidden rows again after scrolling."""
        super().watch_scroll_y(old_value, new_value)
        self._count_hidden()

    def watch_virtual_size(self, size: Size) -> None:
        """Count the hidden rows again after rows were added or removed."""
        self._count_hidden()

    def on_resize(self) -> None:
        """Count the hidden rows again at the new height."""
        self._count_hidden()

    def _count_hidden(self) -> None:
        above = round(self.scroll_y)
        self._heading.hidden = above, max(self.virtual_size.height - self.size.height - above, 0)
