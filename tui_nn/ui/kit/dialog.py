"""The base class of all dialogs. After a dialog is closed or covered, it takes no input."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.events import InputEvent, Mount
from textual.message import Message
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Button, Input, OptionList

_INPUT = InputEvent, Input.Submitted, Input.Changed, OptionList.OptionMessage, Button.Pressed
"""The events of keys and clicks in a dialog, and the messages that its widgets post about them."""


class TakesInputWhileOpen(ModalScreen[ScreenResultType]):
    """A modal screen that closes only once.

    Textual sends keys and clicks that arrive together to the screen that was in front when the first of them arrived.
    If the first one closes that screen, Textual still carries out the others. It would close the screen below too, or
    fail.
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
        """Close the screen and return the result. Do nothing if another screen is in front, or if this one is closed."""
        return super().dismiss(result) if self._in_front else AwaitComplete()


class Dialog(TakesInputWhileOpen[ScreenResultType]):
    """A dialog of this app."""

    def action_close(self) -> None:
        """Close the dialog without a result."""
        self.dismiss(None)
