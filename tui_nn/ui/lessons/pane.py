"""The Lessons pane: it shows the list, or the lesson that is being played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.engine.messages import Opened
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.lessons.chooser import Chooser, LessonList
from tui_nn.ui.lessons.explained import check_spots, list_spots
from tui_nn.ui.lessons.step import StepView

if TYPE_CHECKING:
    from tui_nn.lessons.lesson import Lesson
    from tui_nn.lessons.play import Play
    from tui_nn.lessons.progress import Progress

THE_LIST, A_LESSON = "list", "lesson"
"""The names of the two parts of the Lessons pane in the table of keys."""


class LessonsPane(Pane):
    """A pane that shows the list of lessons and challenges. While one is played, the pane shows its present step."""

    NUMBER: ClassVar[str] = "5"
    TITLE: ClassVar[str] = "Lessons"
    HELP: ClassVar[str] = """
**A lesson** claims something about networks. You predict what will happen, train a network, look at it, and see whether the
claim is true: the check measures the claim on your network. There is no score. You learn most from a wrong prediction.

**The steps** are listed at the left. *Predict*: press a letter, or click a choice. *Do*: use the keys of the app in any pane,
or press `n` to let the lesson do the next thing. *Look*: `enter` opens the view, and `5` leads back to the lesson. *Check*:
compare the numbers that the claim needs with those of your network.

**A challenge** is a network with a fault. Look for the fault in all panes, repair the network in any way, and
measure it. `h` shows a hint. When you leave a repaired network, you can take it as your own run. `ctrl+s` saves it to a file.

**For a class**, `c` in the list shows the chosen lesson to others: `pgdn` goes on, `pgup` goes back, and `f9` shows your notes.

**Your own network** is set aside when a lesson starts. When you leave the lesson with `esc`, or finish it, your network comes
back with all its epochs and branches. The app remembers your place in the lesson, also when you quit. When you continue, the
lesson first repeats the training that came before your place.

**In other panes**, the row above the keys shows the next action of the lesson. If the terminal has at least 150
columns, the lesson is shown beside the pane.
"""

    DEFAULT_CSS = """
    LessonsPane StepView { display: none; }
    LessonsPane.-playing StepView { display: block; }
    LessonsPane.-playing Chooser { display: none; }
    """

    play: reactive[Play | None] = reactive(None, init=False, repaint=False)
    """The lesson that is being played; None if no lesson is played."""

    catching_up: reactive[bool] = reactive(False, init=False, repaint=False)
    """True while the lesson repeats the training up to the learner's current step."""

    teaching: reactive[bool] = reactive(False, init=False, repaint=False)
    """True while a teacher shows the lesson."""

    def compose(self) -> ComposeResult:
        """Yield the list and the step. Only one of the two is visible."""
        yield Chooser()
        yield StepView()

    @property
    def with_keys(self) -> Widget:
        """Return the widget that gets the focus: the step of a lesson, or the list."""
        return self.query_one(StepView) if self.play is not None else self.query_one(Chooser).list

    def on_focus(self) -> None:
        """Give the focus to the step or the list."""
        self.screen.set_focus(self.with_keys)

    def opened(self, data: Opened) -> None:
        """Take the test data. The checks of a lesson are measured on them."""
        super().opened(data)
        self.query_one(StepView).test = data.test

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each lesson of the list, or for each measured value of the present step."""
        if self.play is None:
            yield from list_spots(page, self.query_one(Chooser).list)
        else:
            step = self.query_one(StepView)
            yield from check_spots(page, step, step.results)

    async def show_look(self, look: Look) -> None:
        """Put the cursor of the list on the lesson that a `Look` (view description) names."""
        if look.view:
            self.query_one(Chooser).choose(look.view.replace(" ", "-"))

    def take(self, lessons: tuple[Lesson, ...], progress: Progress) -> None:
        """Show these lessons and the learner's progress in each."""
        self.query_one(Chooser).take(lessons, progress)

    def watch_play(self, before: Play | None, play: Play | None) -> None:
        """Show the present step, or the list if no lesson is played."""
        step, had_focus = self.query_one(StepView), self.has_focus_within
        if before is not None and play is None:
            self.query_one(Chooser).list.leave(before.lesson.name, finished=before.is_last)
        step.play = play
        self.set_class(play is not None, "-playing")
        if had_focus and (before is None) != (play is None):
            # `Widget.focus` takes effect later, so the next key would still go to the previous part.
            self.screen.set_focus(self.with_keys)

    def watch_catching_up(self, catching_up: bool) -> None:
        """Show a note while the lesson repeats the training up to the learner's current step."""
        self.query_one(StepView).catching_up = catching_up

    def watch_teaching(self, teaching: bool) -> None:
        """Show the steps without the list of steps and without keys to press, if a teacher shows the lesson to students."""
        self.query_one(StepView).teaching = teaching

    @classmethod
    def all_bindings(cls) -> Iterator[tuple[str, Binding]]:
        """Yield the keys of the list, then the keys of a lesson."""
        yield from ((THE_LIST, binding) for binding in LessonList.BINDINGS if isinstance(binding, Binding))
        yield from ((A_LESSON, binding) for binding in StepView.BINDINGS if isinstance(binding, Binding))

    @property
    def current_look(self) -> Look:
        """Return the `Look` (view description) of this pane."""
        return Look(self.TITLE)
