"""What panes tell the screen: facts and wishes go up, values come down."""

from __future__ import annotations

from typing import Any

from textual.message import Message


class Tell(Message):
    """Give the engine a command."""

    def __init__(self, command: str, **arguments: Any) -> None:
        super().__init__()
        self.command = command
        self.arguments = arguments


class ShowPane(Message):
    """Bring a pane to the front, by its name; `example` is the test digit it should show."""

    def __init__(self, pane: str, example: int | None = None) -> None:
        super().__init__()
        self.pane = pane
        self.example = example
