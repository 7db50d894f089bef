"""The screen of a lesson: a list of all its steps, and beside it the current step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.lessons.lesson import LETTERS, CheckStep, Do, LookAt, Predict
from tui_nn.ui.kit.keys import in_footer
from tui_nn.ui.kit.messages import LeaveLesson, MoveInLesson, Show, Tell
from tui_nn.ui.kit.roles import HEADING, MUTED, RULE
from tui_nn.ui.lessons.words import Line, fit, is_busy, may_be_explained, named, rail, spaced, step_lines

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.lessons.checking import Result
    from tui_nn.lessons.play import Play
    from tui_nn.session.run.snapshot import Snapshot

RAIL = 14
"""The width of the rail (the list of steps at the left), with the line beside it."""

NARROW = 80
"""The smallest width, in columns, with room for the rail."""

TOP = 2
"""The number of rows above the step: the title and a blank row."""


class StepView(Widget, can_focus=True):
    """A widget that shows one step on one screen, without scrolling.

    When the learner does something, the widget sends a message.
    """

    DEFAULT_CSS = """
    StepView { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                letter, f"predict('{letter}')", "choose", show=letter == "a", key_display="a-d" if letter == "a" else None,
                id=f"lesson-{letter}", tooltip=f"Predict answer {letter}; the lesson remembers your choice and never scores it",
            )
            for letter in LETTERS
        ),
        Binding("enter", "look", "go there", key_display="enter", id="lesson-look", tooltip="Show the view that the step is about"),
        Binding("n", "next", "next", id="lesson-next", tooltip="Go to the next step, or let the lesson carry out the next action"),
        Binding("p", "previous", "previous", id="lesson-previous", tooltip="Go to the previous step"),
        Binding("h", "hint", "hint", id="lesson-hint", tooltip="Show one more hint for the challenge"),
        in_footer("run"),
        in_footer("pause"),
        Binding("escape", "leave", "leave", id="lesson-leave", tooltip="Leave the lesson; your own network comes back"),
    ]  # fmt: skip

    play: reactive[Play | None] = reactive(None, bindings=True)
    """The lesson that is being played; None if no lesson is played."""

    test: reactive[Split | None] = reactive(None)
    """The test data of the lesson, on which checks are measured."""

    catching_up: reactive[bool] = reactive(False, bindings=True)
    """True while the lesson repeats the training up to the learner's current step."""

    teaching: reactive[bool] = reactive(False, bindings=True)
    """True while a teacher shows the lesson to a class. Then the rail and the keys to press are hidden."""

    numbers: ClassVar[dict[str, str]] = {"Configure": "1", "Train": "2", "Inspect": "3", "Mistakes": "4"}
    """The key of each pane."""

    def __init__(self) -> None:
        super().__init__()
        self._measured: tuple[object, Split, tuple[Result, ...]] | None = None
        self._rows: list[Line] = []

    # ---- drawing

    def render(self) -> Content:
        """Return the title row, the rail and the step."""
        play = self.play
        if play is None:
            return Content()
        width, height = self.size
        place = f"step {play.number + 1} of {len(play.lesson.steps)}"
        title = Content.assemble("  ", (named(play.lesson), HEADING), "  ", (play.lesson.title, "bold"))
        gap = " " * max(width - len(title) - len(place) - 2, 1)
        rows = [Content.assemble(title, gap, (place, MUTED)), Content()]
        if self.catching_up:
            words = "The lesson repeats the training that leads to your current step ..."
            return Content("\n").join([*rows, Content.styled(f"  {words}", MUTED)])
        room = height - TOP
        lines = step_lines(play, self._results(play), self.numbers, teaching=self.teaching)
        self._rows = spaced(lines, room) if self.teaching else fit(lines, room)
        has_rail = width >= NARROW and not self.teaching
        marks = rail(play, room) if has_rail else []
        for at in range(min(room, max(len(self._rows), len(marks)))):
            text = self._rows[at].content if at < len(self._rows) else Content()
            mark = marks[at] if at < len(marks) else Content()
            lead = (
                Content.assemble(mark, " " * (RAIL - 3 - len(mark)), ("│  ", RULE))
                if has_rail
                else Content("    " if self.teaching else "  ")
            )
            rows.append(lead + text)
        return Content("\n").join(rows)

    @property
    def results(self) -> tuple[Result, ...]:
        """The measured values of the present step; () if it is no check."""
        return self._results(self.play) if self.play is not None else ()

    def _results(self, play: Play) -> tuple[Result, ...]:
        """Return the measured values of a check step; () for other steps.

        They are measured again only after the step, the runs or the test data have changed.
        """
        if not isinstance(play.step, CheckStep) or self.test is None:
            return ()
        seen: tuple[int, tuple[Snapshot, ...]] = (play.number, tuple(play.runs.values()))
        last = self._measured
        if last is None or last[0] != seen or last[1] is not self.test:
            last = self._measured = (seen, self.test, play.results(self.test))
        return last[2]

    # ---- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that the present step does not use. These keys then mean the same as in other panes."""
        play = self.play
        if play is None:
            return False
        step = play.step
        match action:
            case "predict":
                return isinstance(step, Predict) and str(parameters[0]) in LETTERS[: len(step.choices)]
            case "look":
                return isinstance(step, LookAt)
            case "hint":
                has_more = play.hints_shown < len(play.lesson.hints)
                return has_more and play.lesson.is_challenge and play.number > 0 and not play.is_last
            case "next":
                waits = self.catching_up or (isinstance(step, Do) and play.action is not None and is_busy(play))
                if play.lesson.is_challenge and isinstance(step, CheckStep):
                    waits = waits or not may_be_explained(play, self._results(play))
                return None if waits or not (play.may_go_on or self.teaching) else True
            case "previous":
                return None if self.catching_up or not (play.number or self.teaching) else True
            case _:
                return True

    def action_predict(self, letter: str) -> None:
        """Store the choice with this letter as the learner's prediction."""
        if self.play is not None:
            self._move(self.play.predict(letter))

    def action_look(self) -> None:
        """Show the view that the step is about."""
        if self.play is not None and isinstance(self.play.step, LookAt):
            self.post_message(Show(self.play.step.look))

    async def action_next(self) -> None:
        """Do the next action of the step if there is one; else go to the next step. The last step ends the lesson."""
        play = self.play
        if play is None:
            return
        if self.teaching:
            await self.run_action("screen.teach(1)")
        elif play.action is not None:
            self.post_message(Tell(play.action.command))
        elif play.is_last:
            self.post_message(LeaveLesson())
        else:
            self._move(play.next())

    async def action_previous(self) -> None:
        """Go to the previous step."""
        if self.teaching:
            await self.run_action("screen.teach(-1)")
        elif self.play is not None:
            self._move(self.play.previous())

    def action_hint(self) -> None:
        """Show one more hint."""
        if self.play is not None:
            self._move(self.play.hint())

    def action_leave(self) -> None:
        """Leave the lesson."""
        self.post_message(LeaveLesson())

    def _move(self, play: Play) -> None:
        self.post_message(MoveInLesson(play))

    # ---- mouse

    def on_click(self, event: events.Click) -> None:
        """Choose the prediction that was clicked."""
        at = event.y - TOP
        if 0 <= at < len(self._rows) and (letter := self._rows[at].letter):
            self.action_predict(letter)
