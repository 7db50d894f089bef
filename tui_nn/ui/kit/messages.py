"""The messages that panes send to the main screen. Messages go from a pane to the screen, and values go from the screen
to the panes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from tui_nn.engine.commands import Again

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig
    from tui_nn.engine.commands import Command, OpenRescued, OpenRun, Restart, TrainOn
    from tui_nn.engine.look import Look
    from tui_nn.lessons.play import Play
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.snapshot import Snapshot


class Tell(Message):
    """This message asks the screen to send a command to the engine."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class StartOver(Message):
    """This message asks for another run. ctrl+u can then bring the present run back.

    ctrl+u can bring back only one run. If this would lose an earlier run, the screen asks the person first.
    """

    def __init__(
        self,
        command: Restart | Again | TrainOn | OpenRun | OpenRescued,
        question: str,
        said: str = "",
        changes: Sequence[str] = (),
    ) -> None:
        """`question` is the title of the dialog that may ask the person first.

        `said` is the message after the other run has begun. `changes` contains, in words, the changes in Configure that
        need the other run. The dialog lists them.
        """
        super().__init__()
        self.command = command
        self.question = question
        self.said = said
        self.changes = changes


class Waiting(Message):
    """This message contains the changes that wait in Configure until they are applied."""

    def __init__(self, changes: tuple[str, ...], new_network: bool, apply: Callable[[], None]) -> None:
        """`changes` are in words. `new_network` is True if they start a new network."""
        super().__init__()
        self.changes = changes
        self.new_network = new_network
        self.apply = apply


class Show(Message):
    """This message asks the screen to show a `Look`: a pane, a view, and the contents of the view."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


class CarryOut(Message):
    """This message asks the screen to apply the fix of a hint."""

    def __init__(self, hint: Hint) -> None:
        super().__init__()
        self.hint = hint


def again_message(snapshot: Snapshot, change: str, network: NetworkConfig, training: TrainingConfig) -> StartOver:
    """Return the message that asks for another run with these settings and as many epochs as the run of `snapshot`.

    `change` describes the difference in words, such as "learning rate 0.3".
    """
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.session.run.again import common_words

    common = common_words(
        snapshot.network,
        snapshot.training,
        network.for_data(snapshot.network.input_size, snapshot.network.output_size),
        training,
    )
    said = f"Again with {change}: {common}"
    return StartOver(Again(network, training), f"Again with {change}?", said)


class StartLesson(Message):
    """This message asks the screen to start a lesson, or to go on with it at the learner's place."""

    def __init__(self, name: str, *, again: bool = False, teach: bool = False) -> None:
        """`again` starts the lesson from its first step, and forgets the step that the learner had reached. `teach` shows the
        lesson to a school class.
        """
        super().__init__()
        self.name = name
        self.again = again
        self.teach = teach


class MoveInLesson(Message):
    """This message reports that the learner has done something in a lesson, such as going to the next step."""

    def __init__(self, play: Play) -> None:
        """`play` is the new state of the lesson."""
        super().__init__()
        self.play = play


class LeaveLesson(Message):
    """This message asks the screen to leave the lesson and to give the learner's own run back."""


class ForgetLessons(Message):
    """This message asks the screen to start all lessons from the beginning. The screen asks the person first."""


class ShowTour(Message):
    """This message asks the screen to show the tour of the app."""
