"""The first view and the first actions of the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tui_nn.engine.look import Look
from tui_nn.ui.shell.player import replay

if TYPE_CHECKING:
    from tui_nn.engine.script import Script
    from tui_nn.ui.shell.app import TuiNN
    from tui_nn.ui.shell.main_screen import MainScreen


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonShelf:
    """The lessons of the app, and the file for the report of one lesson."""

    folder: str | None = None
    """The folder with the lesson files; None for the lessons of the package."""
    begin: str = ""
    """The name of the lesson that begins when the app opens; "" for none."""
    report: str | None = None
    """The file that receives the report of this lesson; None for no report."""
    learner: str = ""
    """The name of the learner in the report."""
    teach: bool = False
    """True if a teacher shows the lessons. Then one key leads forward and one leads back, and the progress of the
    learner does not change.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The opening of the app: its first view, the keys that it presses then, and its lessons."""

    look: Look | None = None
    """The view to show first; None for the chart."""
    keys: tuple[str, ...] = ()
    """The names of the keys that the app presses after it has opened. Each key waits for the effect of the previous key."""
    epochs_a_second: float | None = None
    """The largest number of epochs that a run trains in a second; None for no limit."""
    lessons: LessonShelf = LessonShelf()
    script: Script | None = None
    """The session that is replayed after the app has opened; None for no session."""
    pace: float = 1.0
    """The seconds from one line of the session to the next."""
    ends_if_refused: bool = False
    """True if the app ends when the engine cannot begin, so that the command line can report the reason."""
    welcome: bool = False
    """True if the app offers the tour to a person who has never opened the lessons."""


PLAIN = Opening()
"""The default opening: the app shows the chart, and has the lessons of the package."""


async def carry_out(opening: Opening, screen: MainScreen) -> None:
    """Show the first view and begin the first lesson. Then carry out the keys of the opening and the early keys."""
    if opening.look is not None or opening.keys:
        # The pane must be there and have the focus before a key is pressed.
        await screen.show(opening.look or Look())
    if opening.lessons.begin:
        await screen.arrangement.bring("Lessons")
        await screen.lessons.begin(opening.lessons.begin, again=False)
    await cast("TuiNN", screen.app).take_early_keys(opening.keys)
    if opening.script is not None:
        screen.run_worker(replay(screen, opening.script, opening.pace))
