"""The base class of all dialogs. After a dialog is closed or covered, it takes no input."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.events import InputEvent, Mount, Resize
from textual.message import Message
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Button, Input, OptionList

from tui_nn.ui.kit.roles import BROKEN, FRAME, HOVERED

_INPUT = InputEvent, Input.Submitted, Input.Changed, OptionList.OptionMessage, Button.Pressed
"""The classes of the input that a dialog may get: events of keys and clicks, and messages of its widgets about them."""

_TINY = 20, 8
"""The size of the screen, in columns and rows, below which a dialog shows no scrollbars."""


class TakesInputWhileOpen(ModalScreen[ScreenResultType]):
    """A modal screen that closes only once.

    If keys and clicks arrive together, Textual sends all of them to the screen in front at that time. Even if the first key or
    click closes this screen, Textual carries out the rest. The rest would then close the screen below too, or make Textual fail.
    """

    @property
    def _in_front(self) -> bool:
        stack = self.app.screen_stack
        return bool(stack) and stack[-1] is self

    async def _on_message(self, message: Message) -> None:
        """Drop input that arrives while the screen is not in front."""
        closed_before_it_opened = isinstance(message, Mount) and self not in self.app.screen_stack
        if not closed_before_it_opened and (self._in_front or not isinstance(message, _INPUT)):
            await super()._on_message(message)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the screen with a result. Do nothing if another screen is in front, or if this screen is already closed."""
        return super().dismiss(result) if self._in_front else AwaitComplete()


class Dialog(TakesInputWhileOpen[ScreenResultType]):
    """A dialog of this app: a box in the middle of the screen, which may contain a list and a line for an error."""

    DEFAULT_CSS = f"""
    Dialog {{ align: center middle; }}
    Dialog > Vertical {{ width: 60; max-width: 100%; height: auto; background: {FRAME}; padding: 1 2; }}
    Dialog OptionList, Dialog OptionList:focus {{ height: auto; max-height: 14; border: none; padding: 0; margin: 1 0; }}
    Dialog #wrong {{ color: {BROKEN}; height: auto; min-height: 1; }}
    Dialog.-tiny, Dialog.-tiny Vertical, Dialog.-tiny VerticalScroll, Dialog.-tiny OptionList {{ overflow: hidden; }}
    """

    @on(Resize)
    def _hide_scrollbars(self, event: Resize) -> None:
        """Show no scrollbars on a screen with hardly any room. A scrollbar would narrow the text, which would then need no
        scrollbar, and Textual would compute the layout again and again for ever.
        """
        self.set_class(event.size.width < _TINY[0] or event.size.height < _TINY[1], "-tiny")

    def action_close(self) -> None:
        """Close the dialog without a result."""
        self.dismiss(None)


class PageDialog(Dialog[None]):
    """A dialog with a long text that scrolls, and a row of keys below it."""

    DEFAULT_CSS = f"""
    PageDialog > VerticalScroll {{ width: 90%; max-width: 100; height: 90%; background: {FRAME}; padding: 0 1; }}
    PageDialog > Static {{ width: 90%; max-width: 100; background: {FRAME}; padding: 0 2; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "close", "back", key_display="esc"),
    ]


class NamingDialog(Dialog[ScreenResultType]):
    """A dialog with a list, and a field for a name, which is hidden until a key opens it."""

    DEFAULT_CSS = f"""
    NamingDialog > Vertical {{ max-height: 90%; }}
    NamingDialog Input, NamingDialog Input:focus {{ display: none; height: 1; border: none; background: {HOVERED}; padding: 0 1; }}
    NamingDialog.-naming Input, NamingDialog.-naming Input:focus {{ display: block; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close")]

    def ask_for_name(self, name: str = "") -> None:
        """Open the field, with `name` in it."""
        self.add_class("-naming")
        field = self.query_one(Input)
        field.value = name
        field.focus()

    @on(Input.Submitted)
    def _take_name(self, event: Input.Submitted) -> None:
        if name := "".join(character for character in event.value if character.isprintable()).strip():
            self.take_name(name)
        self._close_field()

    def take_name(self, name: str) -> None:
        """Use the name that the person has typed."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Close the field if it is open; else close the dialog without a result."""
        if self.has_class("-naming"):
            self._close_field()
        else:
            self.dismiss(None)

    def _close_field(self) -> None:
        self.remove_class("-naming")
        self.query_one(OptionList).focus()
