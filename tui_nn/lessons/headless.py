"""Lessons without a screen: this module plays a lesson with one seed, and measures its checks, their opposites and the repairs of a
challenge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tui_nn.engine.commands import Command
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Stopped
from tui_nn.lessons.checking import Result, run_check
from tui_nn.lessons.data import dataset_of, start_of
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.lesson import Lesson, Setup
from tui_nn.lessons.play import Play
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State


class HeadlessEngine:
    """An engine that carries out one command at a time, for lessons without a screen."""

    def __init__(self, setup: Setup) -> None:
        """Open an engine with the network, the settings and the data of a lesson's setup."""
        self._engine = InlineEngine(start_of(setup))
        self._snapshot: Snapshot | None = None
        self._settle()

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot after the last command."""
        assert self._snapshot is not None  # The first messages of an engine always contain a snapshot.
        return self._snapshot

    def do(self, command: Command) -> Snapshot:
        """Carry out a command to its end, and return the snapshot after it.

        Raises:
            LessonError: if the engine stops. The message contains the reason.
        """
        self._engine.send(command)
        self._settle()
        return self.snapshot

    def _settle(self) -> None:
        while True:
            for message in self._engine.poll():
                if isinstance(message, Stopped):
                    raise LessonError(f"the training stopped: {message.reason}")
                if isinstance(message, Snapshot):
                    self._snapshot = message
            if self.snapshot.status.state not in (State.RUNNING, State.REPLAYING):
                return


@lru_cache(64)
def run_of(setup: Setup, commands: tuple[Command, ...]) -> Snapshot:
    """Begin with a setup, carry out the commands, and return the state of the run. The last 64 results are cached."""
    engine = HeadlessEngine(setup)
    for command in commands:
        engine.do(command)
    return engine.snapshot


def play_through(lesson: Lesson) -> Play:
    """Play a lesson to its last step without predictions, and return it.

    Raises:
        LessonError: if a command has no effect, or the training stops.
    """
    engine = HeadlessEngine(lesson.setup)
    play = Play(lesson).saw(engine.snapshot)
    while True:
        play = play.saw(engine.snapshot)
        while (action := play.action) is not None:
            later = play.saw(engine.do(action.command))
            if later.action is action:
                raise LessonError(f"in the lesson {lesson.name}, the command {action.text!r} has no effect")
            play = later
        if play.is_last:
            return play
        play = play.go(play.number + 1)


def opposites(lesson: Lesson, play: Play) -> tuple[Result, ...]:
    """Measure every check of a lesson on a run for which it must fail, and return the results.

    The check's `opposite` lists the commands that make this run. `play` is the completed lesson; the run is measured in
    place of its run with the same name.
    """
    test = dataset_of(lesson.setup).test
    return tuple(
        run_check(check, {**play.runs, check.run: run_of(lesson.setup, check.opposite)}, test)
        for check in lesson.checks
    )


def repaired(lesson: Lesson) -> tuple[tuple[Result, ...], ...]:
    """Return the results of a challenge's checks after each of its repairs. All checks must pass."""
    test = dataset_of(lesson.setup).test
    return tuple(
        tuple(run_check(check, {"": run_of(lesson.setup, repair.commands)}, test) for check in lesson.checks)
        for repair in lesson.repairs
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One check that was measured, as a row for the output of the command."""

    kind: str
    """The kind of measurement: "check", "opposite", "alone" (a challenge without a repair) or "repair"."""
    repair: str
    """The sentence that describes the repair; "" for the other kinds."""
    result: Result
    as_expected: bool
    """True if the check has passed or failed as the lesson requires. For example, a check of a challenge may fail before the
    repair.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """All values that were measured in one lesson with one seed."""

    lesson: Lesson
    results: tuple[Result, ...]
    """The results of all checks. In a lesson, all must pass. In a challenge, which is not repaired here, at least one must fail."""
    opposite: tuple[Result, ...] = ()
    """The results of the checks on their opposite runs, where all must fail; () in a challenge."""
    repairs: tuple[tuple[Result, ...], ...] = ()
    """The results of the checks after each repair of a challenge, where all must pass; () in a lesson."""

    @property
    def holds(self) -> bool:
        """True if every check has the required outcome: passed or failed."""
        if self.lesson.is_challenge:
            return not all(r.passed for r in self.results) and all(r.passed for row in self.repairs for r in row)
        return all(r.passed for r in self.results) and not any(r.passed for r in self.opposite)

    def rows(self) -> list[Row]:
        """Return a row for each measured check."""
        if not self.lesson.is_challenge:
            rows = [Row("check", "", result, result.passed) for result in self.results]
            return rows + [Row("opposite", "", result, not result.passed) for result in self.opposite]
        fails = not all(result.passed for result in self.results)
        rows = [Row("alone", "", result, fails) for result in self.results]
        for repair, results in zip(self.lesson.repairs, self.repairs, strict=True):
            rows += [Row("repair", repair.say, result, result.passed) for result in results]
        return rows


def measure_lesson(lesson: Lesson) -> Outcome:
    """Play a lesson with its seed, and measure the opposites of its checks, or the repairs of a challenge.

    Raises:
        LessonError: if a command has no effect, or the training stops.
    """
    play = play_through(lesson)
    results = play.all_results(dataset_of(lesson.setup).test)
    if lesson.is_challenge:
        return Outcome(lesson, results, repairs=repaired(lesson))
    return Outcome(lesson, results, opposite=opposites(lesson, play))
