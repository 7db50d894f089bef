"""The messages that panes send to the main screen. Messages go up; the screen hands values down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command, Restart, TrainOn
    from tui_nn.engine.look import Look
    from tui_nn.session.hints import Fix


class Tell(Message):
    """Send a command to the engine."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class StartOver(Message):
    """Begin another run. The screen first asks the person if the present run has much that is not saved."""

    def __init__(self, command: Restart | TrainOn, question: str, said: str = "") -> None:
        """`question` is the title of that dialog, `said` the message once the other run has begun."""
        super().__init__()
        self.command = command
        self.question = question
        self.said = said


class Show(Message):
    """Bring a pane, a view and what it shows to the front."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


class CarryOut(Message):
    """Apply the fix of a hint."""

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self.fix = fix
