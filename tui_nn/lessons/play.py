"""A lesson being played: the present step, the predictions and the runs. It is frozen data and does not depend on a
screen.

Each method returns another `Play`. The app, the line-by-line version and the headless version play lessons with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui_nn.engine.commands import (
    Act,
    ApplyEdits,
    BackABatch,
    Change,
    Command,
    DropUpdate,
    FinishUpdate,
    Restart,
    Run,
    Seek,
    StepBatch,
    StepEpoch,
    TrainOn,
    TrainTo,
    Travel,
)
from tui_nn.glossary import GLOSSARY, terms_in
from tui_nn.lessons.checking import Result, run_check
from tui_nn.lessons.lesson import LETTERS, Action, CheckStep, Do, Lesson, Predict, Step
from tui_nn.lessons.reading import text_of
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.session.run.snapshot import Snapshot

_BUSY = (State.RUNNING, State.REPLAYING)


@dataclass(frozen=True, slots=True)
class Play:
    """The state of a lesson that a learner plays."""

    lesson: Lesson
    number: int = 0
    """The number of the present step, from 0."""
    predictions: Mapping[int, str] = field(default_factory=dict)
    """The letter that was chosen in each predict step, by the number of the step."""
    done: Mapping[int, int] = field(default_factory=dict)
    """The number of completed actions in each do step, by the number of the step."""
    runs: Mapping[str, Snapshot] = field(default_factory=dict)
    """The last snapshot of each run, taken after its last completed action. A challenge has one run, the present one."""
    newest: Snapshot | None = None
    """The newest snapshot of the engine."""
    hints_shown: int = 0
    """The number of hints of a challenge that the learner has opened."""
    _before: Snapshot | None = None
    """The snapshot at the beginning of the present action."""

    # ---- the present step, its action and its terms

    @property
    def step(self) -> Step:
        """The present step."""
        return self.lesson.steps[self.number]

    @property
    def is_last(self) -> bool:
        """True in the last step."""
        return self.number == len(self.lesson.steps) - 1

    @property
    def action(self) -> Action | None:
        """The next action of a do step; None in other steps, and if all its actions are done."""
        done = self.done.get(self.number, 0)
        return self.step.actions[done] if isinstance(self.step, Do) and done < len(self.step.actions) else None

    @property
    def may_go_on(self) -> bool:
        """True if the learner may go to the next step.

        It is False only in a predict step, as long as the learner has not chosen an answer.
        """
        return not isinstance(self.step, Predict) or self.number in self.predictions

    @property
    def prediction(self) -> tuple[Predict, str] | None:
        """The learner's newest prediction: the predict step and the chosen letter; None before the first choice."""
        for number in range(self.number, -1, -1):
            step = self.lesson.steps[number]
            if isinstance(step, Predict):
                return (step, self.predictions[number]) if number in self.predictions else None
        return None

    def new_words(self) -> dict[str, str]:
        """Return the terms that the lesson introduces in the present step, with their explanations."""
        return words_at(self.lesson, self.number)

    # ---- what the learner does

    def next(self) -> Play:
        """Go to the next step, if there is one and the learner may go on."""
        return self.go(self.number + 1) if self.may_go_on else self

    def previous(self) -> Play:
        """Go to the previous step, if there is one."""
        return self.go(self.number - 1)

    def go(self, number: int) -> Play:
        """Go to a step by its number, or to the first or last one if there is no such step."""
        number = min(max(number, 0), len(self.lesson.steps) - 1)
        return replace(self, number=number, _before=self.newest)

    def predict(self, letter: str) -> Play:
        """Store the choice of the learner in a predict step.

        In another step, or if no choice has this letter, nothing changes.
        """
        step = self.step
        if not isinstance(step, Predict) or letter not in tuple(LETTERS[: len(step.choices)]):
            return self
        return replace(self, predictions={**self.predictions, self.number: letter})

    def hint(self) -> Play:
        """Show one more hint of a challenge, if there is one."""
        return replace(self, hints_shown=min(self.hints_shown + 1, len(self.lesson.hints)))

    def again(self) -> Play:
        """Return to the first step, and forget all predictions and runs."""
        return Play(self.lesson, newest=self.newest)

    # ---- what the engine reports

    def saw(self, snapshot: Snapshot) -> Play:
        """Return the play with a new snapshot of the engine. If the snapshot reaches the goal of the present action, the action is
        done.

        The learner may reach the goal with any keys: 20 single epochs count as a run of 20 epochs.
        """
        play = replace(self, newest=snapshot)
        if snapshot.status.state in _BUSY:
            return play
        if self.lesson.is_challenge:
            play = replace(play, runs={"": snapshot})
        while (action := play.action) is not None and reached(action.command, play._before, snapshot):
            number = play.number
            play = replace(
                play,
                done={**play.done, number: play.done.get(number, 0) + 1},
                runs={**play.runs, "" if self.lesson.is_challenge else action.run: snapshot},
                _before=snapshot,
            )
        return play

    def is_finished(self, test: Split) -> bool:
        """Return whether the lesson is finished: the last step is reached and, in a challenge, all checks of the
        network pass.

        `test` is the test data of the lesson.
        """
        return self.is_last and (not self.lesson.is_challenge or self.is_solved(test))

    def is_solved(self, test: Split) -> bool:
        """Return whether all checks of the lesson pass on the present runs. `test` is the test data."""
        return all(result.passed for result in self.all_results(test))

    def results(self, test: Split) -> tuple[Result, ...]:
        """Return the results of the present check step, measured on the present runs; () in other steps. `test` is the
        test data.
        """
        return step_results(self.step, self.runs, test)

    def all_results(self, test: Split) -> tuple[Result, ...]:
        """Return the results of all check steps of the lesson, measured on the present runs."""
        return tuple(result for step in self.lesson.steps for result in step_results(step, self.runs, test))


def step_results(step: Step, runs: Mapping[str, Snapshot], test: Split) -> tuple[Result, ...]:
    """Return the results of a check step, measured on these runs; () for other steps."""
    return tuple(run_check(check, runs, test) for check in step.checks) if isinstance(step, CheckStep) else ()


def words_at(lesson: Lesson, number: int) -> dict[str, str]:
    """Return the terms that a lesson introduces in step `number`, with their explanations."""
    before = terms_in(" ".join(text_of(step) for step in lesson.steps[:number]))
    here = terms_in(text_of(lesson.steps[number]))
    return {word: GLOSSARY[word] for word in lesson.words if word in here and word not in before}


def reached(command: Command, before: Snapshot | None, now: Snapshot) -> bool:
    """Return whether a command is complete. `before` is the snapshot before it, and `now` the newest one.

    The engine must be idle. A training that ended because it diverged counts as complete.
    """
    epoch, step = (before.epoch, before.step) if before is not None else (0, 0)
    diverged = now.status.state is State.DIVERGED
    match command:
        case Restart(network, training):
            network = network.for_data(now.network.input_size, now.network.output_size)
            return now.step == 0 and (now.network, now.training) == (network, training)
        case Change(training):
            return now.training == training
        case Run():
            return diverged or now.epoch >= now.training.plan_end(epoch) or _ended_early(before, now)
        case StepEpoch():
            return diverged or now.epoch > epoch
        case StepBatch():
            return diverged or now.step > step
        case Act():
            done = 0 if before is None or before.update is None or before.update.complete else before.update.done
            return now.update is not None and (now.update.done > done or now.update.complete)
        case FinishUpdate():
            return diverged or (now.update is not None and now.update.complete)
        case DropUpdate():
            return now.update is None or now.update.complete
        case TrainTo(wanted, batch):
            return diverged or now.place >= (wanted, batch)
        case Seek(wanted, batch):
            return now.place == (wanted, batch)
        case Travel(epochs):
            return now.epoch != epoch or epochs == 0
        case BackABatch():
            return now.step < step
        case ApplyEdits(edits):
            return any(change.edits == edits for change in now.history.changes)
        case TrainOn():
            return before is None or now.run != before.run
        case _:
            return True


def _ended_early(before: Snapshot | None, now: Snapshot) -> bool:
    """Return whether a training that began at `before` has stopped early (patience), or returned to its best epoch (keep best)."""
    newest = before.newest_epoch if before is not None else 0
    stopped = now.status.state is State.READY and bool(now.status.reason)
    went_back = now.training.keep_best and now.status.state is State.LOOKING_BACK
    return now.newest_epoch > newest and (stopped or went_back)
