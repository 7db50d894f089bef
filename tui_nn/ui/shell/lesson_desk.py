"""The lessons of the app: the list, the learner's place in each, and the lesson that is being played."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.look import Look
from tui_nn.session.file.rescue import new_rescue_path
from tui_nn.session.run.status import State
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.lesson_line import LessonLine
from tui_nn.ui.shell.notes_panel import NotesPanel
from tui_nn.ui.shell.unsaved import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tui_nn.data.dataset import Split
    from tui_nn.engine.commands import Command
    from tui_nn.lessons.lesson import Action, Lesson
    from tui_nn.lessons.locks import Kept
    from tui_nn.lessons.play import Play
    from tui_nn.lessons.progress import Progress
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.lessons.pane import LessonsPane
    from tui_nn.ui.shell.engine_stack import EngineStack
    from tui_nn.ui.shell.main_screen import MainScreen
    from tui_nn.ui.shell.opening import LessonShelf
    from tui_nn.ui.shell.teaching import Teaching

WELCOME = (
    "Are you new here?  Press 5 for the lessons and for a tour of the app in two minutes.",
    "New here?  Press 5 for lessons and a tour.",
)
"""The offer to a person who has never opened the lessons, in two lengths."""


class LessonDesk:
    """An object that plays each lesson on an engine of its own, and remembers which step the learner has reached.

    A lesson that is continued begins with its setup. Then the actions of its earlier steps are repeated, because later steps show
    and measure the runs that these actions train.
    """

    def __init__(self, screen: MainScreen, engines: EngineStack, shelf: LessonShelf, *, welcome: bool) -> None:
        """Play the lessons of `shelf` on `screen`. `welcome` offers the tour to a person who has never opened the lessons."""
        self._screen, self._engines, self._shelf = screen, engines, shelf
        self.play: Play | None = None
        """The lesson that is played; None if no lesson is played."""
        self._lessons: tuple[Lesson, ...] = ()
        self._progress: Progress | None = None
        self._until = 0
        """The number of the step that the learner had reached. The actions of earlier steps are carried out again."""
        self._sent: Action | None = None
        """The action that was sent last while the lesson repeats the earlier actions."""
        self._welcome = welcome
        self.teaching: Teaching | None = None
        """The object that leads a teacher through the lesson; None if a learner plays the lesson."""

    @property
    def catching_up(self) -> bool:
        """True while the lesson repeats the training up to the step that the learner had reached."""
        return self.play is not None and self.play.number < self._until

    # ---- the list

    def load(self) -> Progress:
        """Load the lessons and the learner's progress, if they are not loaded yet, and return the progress."""
        # These imports are here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.lessons.library import load_lessons
        from tui_nn.lessons.progress import load_progress

        if self._progress is None:
            self._lessons = load_lessons(self._shelf.folder)
            self._progress, problem = load_progress()
            self._warn(problem)
        return self._progress

    def title_of(self, name: str) -> str:
        """Return the title of a lesson, or "" if there is no such lesson."""
        self.load()
        return next((lesson.title for lesson in self._lessons if lesson.name == name), "")

    def hand_to(self, pane: LessonsPane) -> None:
        """Show the list and the present step in the pane."""
        progress = self.load()
        if self._welcome:
            # The person has found the lessons, so the app does not offer them again.
            self._welcome = False
            progress = self._keep(lambda known: known)
        pane.take(self._lessons, progress)
        pane.catching_up = self.catching_up
        pane.teaching = self.teaching is not None
        pane.play = self.play

    def ask_to_forget(self) -> None:
        """Ask whether to start all lessons from the beginning, and do so."""

        def forget(sure: bool | None) -> None:
            from tui_nn.lessons.progress import Progress

            if sure:
                self._keep(lambda _: Progress())
                self._screen.arrangement.hand_down()

        lost = "The app forgets your predictions and how far you are in each lesson."
        self._screen.app.push_screen(Ask("Start all lessons again?", lost, "start again"), forget)

    def _keep(self, change: Callable[[Progress], Progress]) -> Progress:
        """Change the progress and its file, which another app may have changed, and return the new progress."""
        from tui_nn.lessons.progress import change_progress

        known = self.load()
        self._progress, problem = change_progress(change)
        if problem:
            self._progress = change(known)
            self._warn(problem)
        return self._progress

    def _warn(self, problem: str) -> None:
        """Show the sentence `problem`, with a capital letter and a full stop added. Show nothing for ""."""
        if problem:
            self._screen.notify(f"{problem[0].upper()}{problem[1:]}.", severity="warning", markup=False)

    # ---- a lesson

    async def begin(self, name: str, *, again: bool, teach: bool = False) -> None:
        """Start a lesson, or go on at the step that the learner had reached. A lesson that is done starts from its first step.

        `teach` shows the lesson to a class, from its first step. Do nothing while the data are being loaded, or if the
        engine has stopped.
        """
        screen = self._screen
        if screen.snapshot is not None and not screen.stopped:
            screen.recording.end("The recording ended, because a lesson cannot be recorded.")
            self._start(name, again=again, teach=teach or self._shelf.teach)
            screen.set_class(self.teaching is not None, "-large")
            screen.refresh_bindings()
            await screen.arrangement.arrange()

    def _start(self, name: str, *, again: bool, teach: bool) -> None:
        from tui_nn.lessons.data import start_of
        from tui_nn.lessons.play import Play

        progress = self.load()
        lesson = next(lesson for lesson in self._lessons if lesson.name == name)
        place = progress.of(lesson)
        self.end_teaching()
        if again or place.done or teach:
            play, self._until = Play(lesson), 0
        else:
            at_place = progress.play(lesson)
            play, self._until = at_place.go(0), at_place.number
        self.play, self._sent = play, None
        if teach:
            from tui_nn.ui.shell.teaching import Teaching

            self.teaching = Teaching(self._screen.send, self._warn)
            self._follow()
        self._screen.shelf.put_aside()
        start = start_of(lesson.setup)
        if lesson.is_challenge:
            # The learner's repair of this network took work, so a rescue file keeps it if the app is killed. Any other lesson
            # quickly makes its network again.
            with contextlib.suppress(OSError):
                start = replace(start, rescue=str(new_rescue_path()))
        self._engines.put_lesson(start)

    def saw(self, snapshot: Snapshot) -> None:
        """Check the task of the present step against a new snapshot. Ignore a snapshot that is not from the lesson's engine."""
        if self.play is None or not self._engines.has_run(snapshot.run) or not self._engines.has_lesson:
            return
        if self.teaching is not None and self.teaching.is_returning:
            if (stop := self.teaching.arrived(snapshot)) is None:
                return
            self._screen.shelf.return_to(stop.runs, snapshot, self._test)
        self.play = self.play.saw(snapshot)
        self._follow()
        if self.catching_up and snapshot.status.state not in (State.RUNNING, State.REPLAYING):
            self._catch_up(snapshot)
        self.say()

    def _catch_up(self, snapshot: Snapshot) -> None:
        """Go on towards the step that the learner had reached. Send the next action of the lesson, and then wait for its end."""
        play = self.play
        while play is not None and play.number < self._until:
            if (action := play.action) is not None:
                if action is not self._sent:
                    self._sent = action
                    self._engines.send(action.command)
                break
            play = play.go(play.number + 1).saw(snapshot)
        self.play = play

    def move(self, play: Play) -> None:
        """Store the new state of the lesson after the learner has done something, and save which step the learner has reached."""
        snapshot = self._screen.snapshot
        if self.play is None or play.lesson is not self.play.lesson or self.catching_up:
            return
        self.play = play.saw(snapshot) if snapshot is not None and self._engines.has_run(snapshot.run) else play
        if self.teaching is not None:
            self._follow()
            self._screen.arrangement.hand_down()
            return
        play, test = self.play, self._test
        self._keep(lambda known: known.with_play(play, test))
        self._write_report()
        self._screen.arrangement.hand_down()

    # ---- teaching

    def teach(self, by: int) -> None:
        """Go forward (1) or back (-1) in the lesson that a teacher shows. Then show the view for the step that is reached."""
        from tui_nn.lessons.lesson import LookAt

        play, teaching = self.play, self.teaching
        if play is None or teaching is None:
            return
        self.play = teaching.forward(play, self._screen.runs) if by > 0 else teaching.back(play)
        if self.play.step is not play.step or by < 0:
            look = self.play.step.look if isinstance(self.play.step, LookAt) else Look("Lessons")
            # If the teacher goes back, the engine returns to the epoch by itself, so the `Look` must not name an epoch.
            self._screen.post_message(Show(look if by > 0 else replace(look, branch=None, epoch=None)))
        self._follow()
        self.say()
        self._screen.arrangement.hand_down()

    def lost_marks(self) -> None:
        """Forget the states to which the back key returns, because the engine has lost them by a restart."""
        if self.teaching is not None:
            self.teaching.lost()

    @property
    def kept(self) -> Kept:
        """The settings that the present lesson locks; none if no lesson is played."""
        from tui_nn.lessons.locks import NOTHING_KEPT, kept

        snapshot = self._screen.snapshot
        if self.play is None or snapshot is None:
            return NOTHING_KEPT
        return kept(self.play.lesson, snapshot.network, snapshot.training)

    def refusal(self, command: Command) -> str:
        """Return a sentence if the lesson does not allow a command; "" if it does, or if no lesson is played."""
        return self.kept.refusal(command)

    def end_teaching(self) -> None:
        """Remove the file with the teacher's notes, if a teacher shows a lesson."""
        if self.teaching is not None:
            self.teaching.end()
            self.teaching = None

    def _follow(self) -> None:
        """Show the teacher's notes on the present step."""
        if self.play is not None and self.teaching is not None:
            self.teaching.follow(self.play)
            self._screen.query_one(NotesPanel).notes = self.teaching.notes

    # ---- the end of a lesson

    @property
    def _test(self) -> Split:
        """The test data of the lesson that is played."""
        from tui_nn.lessons.data import dataset_of

        assert self.play is not None
        return dataset_of(self.play.lesson.setup).test

    def _write_report(self) -> None:
        """Write the report of the lesson with which the app began."""
        from tui_nn.lessons.report import ReportError, report_of, write_report

        play, path = self.play, self._shelf.report
        if play is None or path is None or play.lesson.name != self._shelf.begin:
            return
        try:
            write_report(path, report_of(play, play.all_results(self._test), self._shelf.learner))
        except ReportError as error:
            self._warn(str(error))

    @property
    def _is_repaired(self) -> bool:
        """True if the network of a challenge passes all checks."""
        play = self.play
        if play is None or not play.lesson.is_challenge or self._screen.stopped:
            return False
        return not self.catching_up and play.is_solved(self._test)

    def question_before_quitting(self) -> Ask | None:
        """Return the dialog to show before the app ends if the repaired network of a challenge is not saved, otherwise None."""
        snapshot = self._screen.snapshot
        if snapshot is None or not self._is_repaired or not Unsaved.of(snapshot, self._screen.file.kept).branches:
            return None
        lost = (
            "If you continue, you lose the network that you repaired in the challenge. To save it, press esc and then "
            "ctrl+s."
        )
        return Ask("Quit without saving?", lost, "quit", "stay")

    async def leave_or_ask(self) -> None:
        """Leave the lesson. If the learner has repaired the network of a challenge, first ask whether to keep it as the learner's
        own run.
        """

        async def end(take: bool | None) -> None:
            self._take() if take else self.leave()
            await self._screen.arrangement.arrange()

        if self._is_repaired:
            question = "Keep the repaired network as your run?"
            lost = (
                "You can continue the run and save it. ctrl+u then brings back the run that you had before "
                "the challenge."
            )
            self._screen.app.push_screen(Ask(question, lost, "take it", "leave it"), end)
        else:
            await end(False)

    def _take(self) -> None:
        """Leave the challenge, and continue its network as the learner's own run, which is not saved yet."""
        from tui_nn.data.dataset import DataError
        from tui_nn.engine.commands import OpenRescued
        from tui_nn.session.file.runs import RunFileError, save_run

        play, opened = self.play, self._screen.opened
        if play is None or play.newest is None or opened is None:
            return
        try:
            path = new_rescue_path()
            save_run(path, play.newest, opened.dataset())
        except (OSError, DataError, RunFileError) as error:
            self._warn(f"your run cannot continue with the repaired network: {error}")
            return
        self.leave()
        self._engines.send(OpenRescued(str(path)))

    def leave(self) -> bool:
        """Leave the lesson and return to the learner's own run. Return False if no lesson is played."""
        if self.play is None:
            return False
        self._write_report()
        self.end_teaching()
        self.play, self._until = None, 0
        screen = self._screen
        self._engines.end_lesson(keeps_rescue_file=bool(screen.stopped))
        screen.shelf.take_back()
        screen.remove_class("-large", "-notes")
        if screen.stopped:
            screen.set_stopped("")
        screen.listen()
        screen.refresh_bindings()
        return True

    # ---- the row that shows the lesson in other panes

    def say(self, shown: Collection[str] | None = None) -> None:
        """Show the present step in the row above the keys, unless the pane of the lesson is on the screen."""
        line = self._screen.query_one(LessonLine)
        if shown is not None:
            line.is_needed = "Lessons" not in shown
        if self.play is not None:
            # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
            from tui_nn.ui.lessons.words import lesson_row

            line.texts = lesson_row(self.play)
            line.right = "5 back to it" if self.teaching is None else "pgdn goes on"
        elif self._welcome and self._is_new():
            line.texts, line.right = WELCOME, ""
        else:
            line.texts, line.right = ("",), ""

    def _is_new(self) -> bool:
        """Return whether the person has never opened the lessons."""
        from tui_nn.lessons.progress import progress_file

        self._welcome = not progress_file().exists()
        return self._welcome
