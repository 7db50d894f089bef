"""What panes tell the screen: facts and wishes go up, values come down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tui_nn.session.hints import Fix


class Tell(Message):
    """Give the engine a command."""

    def __init__(self, command: str, **arguments: Any) -> None:
        super().__init__()
        self.command = command
        self.arguments = arguments


class TrainOn(Message):
    """Start over, and train, on other data: its source, as `load_dataset` takes it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source


class ShowPane(Message):
    """Bring a pane to the front, by its name; `example` is the test digit it should show, `view` the view to show it in."""

    def __init__(self, pane: str, example: int | None = None, view: str = "") -> None:
        super().__init__()
        self.pane = pane
        self.example = example
        self.view = view


class CarryOut(Message):
    """Do what helps."""

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self.fix = fix
