"""What the views of the Mistakes pane have in common: they look at one cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.message import Message
from textual.reactive import reactive

from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.view import View


class CursorView(View):
    """A view of the digits that are listed, of the one that is looked at, or of all answers.

    `cursor` stays that of one epoch while training runs; `snapshot` is the newest.
    """

    LIVE: ClassVar[bool] = False
    """Whether it shows the newest answers, and not those of the cursor."""

    cursor: reactive[MistakeCursor | None] = reactive(None, init=False, repaint=False)
    """Whose answers are read, what is listed, and which digit is looked at; None while the data is being loaded."""

    class Change(Message):
        """Another cursor is wanted. A function of the present one, so that none of many quick keys is lost."""

        def __init__(self, change: Callable[[MistakeCursor], MistakeCursor]) -> None:
            super().__init__()
            self.change = change

    class Newest(Message):
        """The newest answers are wanted."""

    class Filter(Message):
        """The filter is wanted."""

    class Show(Message):
        """Another view is wanted, by its name."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def change(self, change: Callable[[MistakeCursor], MistakeCursor]) -> None:
        """Ask for another cursor."""
        self.post_message(self.Change(change))

    def turn_to(self, index: int) -> None:
        """Ask for a test digit; the filter goes if it hides it."""
        self.change(lambda cursor: cursor.turn_to(index))
