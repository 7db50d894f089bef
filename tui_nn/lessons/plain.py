"""Lessons as lines of text, for screen readers and for people without a full terminal. The player prints text and reads
one answer at a time.
"""

from __future__ import annotations

from collections.abc import Callable

from tui_nn.analysis.confusion import Confusion
from tui_nn.analysis.outputs import Mistake
from tui_nn.data.dataset import Split
from tui_nn.engine.command_text import CommandTextError, read_command
from tui_nn.lessons.checking import Result
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.headless import HeadlessEngine
from tui_nn.lessons.lesson import LETTERS, CheckStep, Do, LookAt, Predict
from tui_nn.lessons.play import Play
from tui_nn.lessons.reading import WIDTH, wrapped
from tui_nn.presets.share import share_run
from tui_nn.render.numbers import compact, loss_text, percent
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State

LEAVE = "q"
SHOWN = 4
"""The player prints this number of epochs from the start of a run, and the same number from its end."""
LISTED = 3
"""The player prints this number of the worst mistakes, and of the most frequent confusions."""


class Left(Exception):
    """The error that ends the player when the learner leaves the lesson, or the input ends."""


class PlainPlayer:
    """A player of one lesson on lines of text."""

    def __init__(self, play: Play, say: Callable[[str], None], ask: Callable[[str], str]) -> None:
        """Begin at the step of `play`. `say` prints a line; `ask` prints a question and returns the answer without a line end.

        `ask` raises EOFError at the end of the input.
        """
        self.play = play
        self._say = say
        self._question = ask
        self._engine = HeadlessEngine(play.lesson.setup)
        self._test = dataset_of(play.lesson.setup).test
        self._saw(self._engine.snapshot)

    def run(self, keep: Callable[[Play], None]) -> None:
        """Play to the end of the lesson, or until the learner leaves.

        After every step, `keep` is called with the new `Play`.

        Raises:
            LessonError: if the training stops.
        """
        lesson = self.play.lesson
        self._say(
            f"{'Challenge' if lesson.is_challenge else 'Lesson'}: {lesson.title}. About {lesson.minutes} minutes."
        )
        self._say(f"Press enter to continue. Type {LEAVE} and enter to leave the lesson; you can continue it later.")
        try:
            while True:
                self._step()
                keep(self.play)
                if self.play.is_last:
                    self._say("")
                    self._say("That was the last step.")
                    return
                self.play = self.play.next()
        except (Left, EOFError):
            keep(self.play)
            self._say("")
            self._say(
                f"You left the lesson at step {self.play.number + 1} of {len(lesson.steps)}. You can continue there later."
            )

    def _step(self) -> None:
        step = self.play.step
        self._say("")
        self._say(f"Step {self.play.number + 1} of {len(self.play.lesson.steps)}: {step.kind}.")
        self._paragraphs(step.text)
        for word, meaning in self.play.new_words().items():
            self._paragraphs(f"New word. {word}: {meaning}")
        match step:
            case Predict():
                self._predict(step)
            case Do():
                self._do()
            case CheckStep():
                self._check()
            case LookAt(look=look):
                self._look()
                self._say(f"In the app, this step shows: {look.text}.")
                self._ask("Enter: ")
            case _ if not self.play.is_last:
                self._ask("Enter: ")

    def _predict(self, step: Predict) -> None:
        letters = LETTERS[: len(step.choices)]
        for letter, choice in zip(letters, step.choices, strict=True):
            self._say(f"{letter}: {choice}")
        while True:
            letter = self._ask(f"Your choice ({', '.join(letters)}): ").strip().lower()
            self.play = self.play.predict(letter[:1])
            if self.play.may_go_on and letter:
                return
            self._say(f"Please type one of the letters {', '.join(letters)}. Your choice is not scored.")

    def _do(self) -> None:
        while (action := self.play.action) is not None:
            self._ask(f"{action.run + ': ' if action.run else ''}{action.say}. Enter: ")
            self._saw(self._engine.do(action.command))
            self._say(state_in_words(self._engine.snapshot))
        if self.play.lesson.is_challenge:
            self._workshop()

    def _workshop(self) -> None:
        """Let the learner of a challenge type commands until the learner asks for the result."""
        self._say("Change settings with a command such as: restart custom seed=5 momentum=0.5   Then train with: run")
        self._say("Type l to look at the network, h for a hint, or c to check the result.")
        while True:
            words = self._ask("Command: ").strip()
            match words:
                case "c":
                    return
                case "h":
                    self.play = self.play.hint()
                    shown = self.play.hints_shown
                    self._paragraphs(
                        f"Hint {shown} of {len(self.play.lesson.hints)}: {self.play.lesson.hints[shown - 1]}"
                    )
                case "l":
                    self._look()
                case "":
                    self._say("Type a command, l, h or c.")
                case _:
                    self._command(words)

    def _look(self) -> None:
        """Print the settings, some epochs and every layer of the present network, and some of its predictions."""
        for line in run_in_words(self._engine.snapshot):
            self._say(line)
        for line in predictions_in_words(self._engine.snapshot, self._test):
            self._paragraphs(line)

    def _command(self, words: str) -> None:
        snapshot = self._engine.snapshot
        try:
            command = read_command(words, snapshot.network, snapshot.training)
        except (CommandTextError, ValueError) as error:
            self._say(f"{error}.")
            return
        self._saw(self._engine.do(command))
        self._say(state_in_words(self._engine.snapshot))

    def _check(self) -> None:
        for result in self.play.results(self._test):
            self._say(in_words(result))
            if not result.passed:
                self._paragraphs(f"Try this: {result.check.otherwise}")
        if (made := self.play.prediction) is not None:
            step, letter = made
            self._say(f"You said {letter}: {step.choices[LETTERS.index(letter)]}")
            self._say(f"It did {step.outcome}: {step.choices[LETTERS.index(step.outcome)]}")
        self._ask("Enter: ")

    def _saw(self, snapshot: Snapshot) -> None:
        self.play = self.play.saw(snapshot)

    def _ask(self, question: str) -> str:
        answer = self._question(question)
        if answer.strip().lower() == LEAVE:
            raise Left
        return answer

    def _paragraphs(self, text: str) -> None:
        for line in wrapped(text, WIDTH + 18):
            self._say(line)


def in_words(result: Result) -> str:
    """Return a result as one sentence, such as "rate 3: training accuracy at the end is 13.1 %, wanted < 25.0 %: ok."."""
    run = f"{result.check.run}: " if result.check.run else ""
    mark = "not run yet" if result.value is None else "ok" if result.passed else "no"
    value = "" if result.value is None else f" is {result.shown},"
    return f"{run}{result.label}{value} wanted {result.bound}: {mark}."


def state_in_words(run: Snapshot) -> str:
    """Return the state of a run as one sentence."""
    if run.status.state is State.DIVERGED:
        return f"The training has stopped: {run.status.reason}."
    update = run.update
    if update is not None and not update.complete:
        return f"An update is not finished: {update.done} of its {len(update.plan)} steps are done."
    if update is not None and update.step is not None:
        before, after = loss_text(update.batch_loss), loss_text(update.step.loss)
        return f"The update is complete: the loss of its batch went from {before} to {after}."
    record = run.record
    place = f"Epoch {run.epoch}" + (f", batch {run.progress.batch}" if run.place[1] else "")
    return (
        f"{place}: training loss {loss_text(record.train_loss)}, training accuracy {percent(record.train_accuracy)}, "
        f"test accuracy {percent(record.test_accuracy)}."
    )


def run_in_words(run: Snapshot) -> list[str]:
    """Return a run as lines of text: its settings, its first and last epochs, and its layers."""
    lines = [f"Settings: {share_run(run)}."]
    records = run.history.records[: run.epoch + 1]
    for record in records if len(records) <= 2 * SHOWN else (*records[:SHOWN], *records[-SHOWN:]):
        lines.append(
            f"Epoch {record.epoch}: training loss {loss_text(record.train_loss)}, accuracy "
            f"{percent(record.train_accuracy)}; test loss {loss_text(record.test_loss)}, accuracy "
            f"{percent(record.test_accuracy)}."
        )
    for number, layer in enumerate(run.layers):
        facts = {
            "spread of the activations": compact(layer.a_std),
            "dead units": percent(layer.dead),
            "saturated": percent(layer.saturated),
            "gradient": compact(layer.gradient_rms),
        }
        known = [f"{name} {value}" for name, value in facts.items() if value not in ("NaN", "–")]
        lines.append(f"Layer {number}: {', '.join(known)}.")
    return lines


def predictions_in_words(run: Snapshot, test: Split) -> list[str]:
    """Return sentences about the predictions for the first test example of each class, about the worst mistakes, and about the
    classes that the network confuses most.
    """
    found, names = run.evaluation, test.class_names

    def said(example: Mistake) -> str:
        return f"{names[example.true]} predicted as {names[example.predicted]} ({example.p_predicted:.0%})"

    labels = test.labels.tolist()
    firsts = [
        Mistake.of(found, test.labels, labels.index(number)) for number in range(test.classes) if number in labels
    ]
    lines = [f"The first test {test.noun} of each class: {', '.join(map(said, firsts))}."]
    mistakes = find_mistakes(found, test.labels)
    if run.epoch and len(mistakes):
        worst = ", ".join(said(mistakes[at]) for at in range(min(LISTED, len(mistakes))))
        pairs = Confusion.of_evaluation(found, test.labels).pairs[:LISTED]
        often = ", ".join(
            f"{names[pair.true]} predicted as {names[pair.predicted]} ({pair.count} time{'s' * (pair.count > 1)})"
            for pair in pairs
        )
        lines.append(
            f"{len(mistakes):,} of {len(test):,} test {test.noun}s are misclassified. The largest losses: {worst}."
        )
        lines.append(f"The most frequent mistakes: {often}.")
    return lines
