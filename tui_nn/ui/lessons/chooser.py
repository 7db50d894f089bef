"""The list of lessons and challenges, and beside it a description of the lesson under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_nn.ui.kit.messages import ForgetLessons, ShowTour, StartLesson
from tui_nn.ui.kit.roles import CURSOR_ROW, HEADING, MUTED, PAGE
from tui_nn.ui.lessons.words import about, row_of

if TYPE_CHECKING:
    from tui_nn.lessons.lesson import Lesson
    from tui_nn.lessons.progress import Progress

LIST = 48
"""The width of the list."""


class LessonList(OptionList):
    """The list of lessons and challenges, with the learner's progress in each. It posts a message to start the chosen lesson."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "begin(False)", "start or continue", key_display="enter", id="lesson-begin",
            tooltip="Start the lesson, or continue it where you left it",
        ),
        Binding(
            "a", "begin(True)", "start again", id="lesson-begin-again", tooltip="Start the lesson from its first step"
        ),
        Binding(
            "c", "teach", "teach", id="lesson-teach",
            tooltip="Show the lesson to a class: pgdn goes on, pgup goes back, and f9 shows your notes",
        ),
        Binding("t", "tour", "tour", id="tour", tooltip="Take a tour of the app in two minutes"),
        Binding(
            "X", "forget", "reset all lessons", show=False, id="lessons-reset",
            tooltip="Start all lessons and challenges from the beginning",
        ),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.lessons: tuple[Lesson, ...] = ()
        """All lessons, then all challenges."""

    @property
    def chosen(self) -> Lesson | None:
        """The lesson under the cursor."""
        at = self.highlighted
        name = self.get_option_at_index(at).id if at is not None else None
        return next((lesson for lesson in self.lessons if lesson.name == name), None)

    def choose(self, name: str) -> None:
        """Put the cursor on a lesson."""
        if any(lesson.name == name for lesson in self.lessons):
            self.highlighted = self.get_option_index(name)

    def leave(self, name: str, *, finished: bool) -> None:
        """Put the cursor on the lesson that was just left. If it is `finished`, put the cursor on the lesson after it."""
        names = [lesson.name for lesson in self.lessons]
        following = names[names.index(name) + 1 :] if name in names and finished else []
        self.choose(following[0] if following else name)

    def fill(self, lessons: tuple[Lesson, ...], progress: Progress) -> None:
        """Show these lessons. The cursor stays on its lesson. At first, it is on the first lesson that is not done."""
        chosen, heading = self.highlighted, False
        options: list[Option] = []
        for lesson in lessons:
            if lesson.is_challenge and not heading:
                options.append(Option(" ", disabled=True))
                options.append(
                    Option(Content.styled("    Challenges: find the fault in a network", HEADING), disabled=True)
                )
            heading = lesson.is_challenge
            options.append(Option(row_of(lesson, progress.of(lesson)), id=lesson.name))
        self.lessons = lessons
        self.clear_options()
        self.add_options(options)
        first = next((lesson for lesson in lessons if not progress.of(lesson).done), lessons[0])
        self.highlighted = self.get_option_index(first.name) if chosen is None else chosen

    async def _on_click(self, event: events.Click) -> None:
        """Put the cursor on the lesson that was clicked, or start it if the cursor is there already."""
        event.prevent_default()  # By default, OptionList would start the lesson with the first click.
        at = event.style.meta.get("option")
        if at is None or self.get_option_at_index(at).disabled:
            return
        if at == self.highlighted:
            self.action_begin(False)
        self.highlighted = at

    def action_begin(self, again: bool) -> None:
        """Start or continue the lesson under the cursor."""
        if (lesson := self.chosen) is not None:
            self.post_message(StartLesson(lesson.name, again=again))

    def action_teach(self) -> None:
        """Show the lesson under the cursor to a class."""
        if (lesson := self.chosen) is not None:
            self.post_message(StartLesson(lesson.name, teach=True))

    def action_tour(self) -> None:
        """Begin the tour of the app."""
        self.post_message(ShowTour())

    def action_forget(self) -> None:
        """Ask to start all lessons from the beginning."""
        self.post_message(ForgetLessons())


class Chooser(Widget):
    """A widget with the counts of lessons in a row, the list of lessons, and a description of the lesson under the cursor."""

    DEFAULT_CSS = f"""
    Chooser {{ height: 1fr; width: 1fr; layout: vertical; }}
    Chooser > Static {{ height: 1; padding: 0 2; }}
    Chooser LessonList {{
        width: {LIST}; height: 1fr; border: none; background: {PAGE}; padding: 0 0 0 1; scrollbar-size-vertical: 1;
    }}
    Chooser LessonList:focus {{ border: none; background-tint: $foreground 0%; }}
    Chooser LessonList:focus > .option-list--option-highlighted {{ background: {CURSOR_ROW}; }}
    Chooser #about {{ width: 1fr; height: 1fr; padding: 0 1 0 2; }}
    """

    def __init__(self) -> None:
        super().__init__()
        self._progress: Progress | None = None
        self._wanted = ""
        """The name of the lesson on which the cursor is put as soon as the list is filled; "" for none."""

    def compose(self) -> ComposeResult:
        """Yield the row with the counts, the list, and the description of the lesson under the cursor."""
        yield Static(id="count")
        with Horizontal():
            yield LessonList()
            yield Static(id="about", markup=False)

    @property
    def list(self) -> LessonList:
        """The list of lessons, which gets the focus."""
        return self.query_one(LessonList)

    def take(self, lessons: tuple[Lesson, ...], progress: Progress) -> None:
        """Show these lessons and the learner's progress in each."""
        if progress is self._progress:
            return
        self._progress = progress
        self.list.fill(lessons, progress)
        places = [progress.of(lesson) for lesson in lessons]
        done = sum(place.done for place in places)
        begun = sum(place.begun and not place.done for place in places)
        counts = f"{done} done, {begun} begun, {len(places) - done - begun} new"
        self.query_one("#count", Static).update(Content.assemble(("Lessons", HEADING), "   ", (counts, MUTED)))
        self._describe()
        self.choose(self._wanted)

    def choose(self, name: str) -> None:
        """Put the cursor on a lesson, now or when the list is filled."""
        self._wanted = "" if self.list.lessons else name
        self.list.choose(name)

    def on_resize(self) -> None:
        """Write the words beside the list again, for their new width."""
        self.call_after_refresh(self._describe)

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        lesson, progress = self.list.chosen, self._progress
        if lesson is not None and progress is not None:
            words = self.query_one("#about", Static)
            width = max(self.size.width - LIST - 3, 24)
            rows = about(lesson, progress.of(lesson), width)
            words.update(Content("\n").join(rows[: max(self.size.height - 1, 1)]))
