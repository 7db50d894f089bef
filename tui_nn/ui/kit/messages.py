"""The messages that panes send to the main screen. Messages go up; the screen hands values down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command, Restart, TrainOn
    from tui_nn.engine.look import Look
    from tui_nn.session.hints import Fix


class Tell(Message):
    """This message asks the screen to send a command to the engine."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class StartOver(Message):
    """This message asks for another run. If much of the present run is not saved, the screen asks the person first."""

    def __init__(self, command: Restart | TrainOn, question: str, said: str = "") -> None:
        """`question` is the title of that dialog, `said` the message once the other run has begun."""
        super().__init__()
        self.command = command
        self.question = question
        self.said = said


class Show(Message):
    """This message asks the screen to show a Look: a pane, a view, and what the view shows."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


class CarryOut(Message):
    """This message asks the screen to apply the fix of a hint."""

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self.fix = fix
