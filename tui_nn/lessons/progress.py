"""The progress of a learner in all lessons: one small JSON file in the state folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_nn.data.folders import folder
from tui_nn.data.json_file import read_json_file, write_json_file
from tui_nn.data.locks import alone
from tui_nn.data.printable import printable
from tui_nn.lessons.lesson import LETTERS, Lesson, Predict
from tui_nn.lessons.play import Play

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split

FORMAT = 1

PATIENCE = 1.0
"""The longest wait, in seconds, while another app changes the progress file. A change takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """The step that a learner has reached in one lesson, and the predictions."""

    step: int = 0
    """The number of the present step, from 0."""
    done: bool = False
    """True if the learner has reached the last step. In a challenge, all checks must also have passed."""
    predictions: Mapping[int, str] = field(default_factory=dict)
    """The chosen letters, by the number of the step."""
    hints_shown: int = 0

    @property
    def begun(self) -> bool:
        """True if the learner has left the first step, or has finished the lesson once."""
        return self.step > 0 or self.done


@dataclass(frozen=True, slots=True)
class Progress:
    """The learner's place in each lesson, by the name of the lesson."""

    places: Mapping[str, Place] = field(default_factory=dict)

    def of(self, lesson: Lesson) -> Place:
        """Return the learner's place in a lesson. If the file of the lesson has become shorter, the place has a step that still
        exists.
        """
        place = self.places.get(lesson.name, Place())
        letters = {
            number: letter
            for number, letter in place.predictions.items()
            if number < len(lesson.steps)
            and isinstance(step := lesson.steps[number], Predict)
            and letter in LETTERS[: len(step.choices)]
        }
        return replace(place, step=min(place.step, len(lesson.steps) - 1), predictions=letters)

    def with_play(self, play: Play, test: Split) -> Progress:
        """Return the progress with the learner's place in the lesson of `play`. `test` is the lesson's test data."""
        done = self.of(play.lesson).done or play.is_finished(test)
        place = Place(play.number, done, dict(play.predictions), play.hints_shown)
        return Progress({**self.places, play.lesson.name: place})

    def without(self, name: str) -> Progress:
        """Return the progress without the lesson `name`, so that this lesson starts from the beginning."""
        return Progress({key: place for key, place in self.places.items() if key != name})

    def play(self, lesson: Lesson) -> Play:
        """Return a `Play` of a lesson, at the step that the learner has reached. The runs are not trained again."""
        place = self.of(lesson)
        return Play(lesson, place.step, place.predictions, hints_shown=min(place.hints_shown, len(lesson.hints)))


def progress_file() -> Path:
    """Return the path of the progress file. It need not exist."""
    return folder("state") / "lessons.json"


def load_progress(path: Path | None = None) -> tuple[Progress, str]:
    """Return the progress in a file, and a sentence for the learner; the sentence is "" unless the file is damaged.

    If the file is missing, no lesson has begun. A damaged file stays unchanged until the progress is saved.
    """
    progress, reason = read_json_file(path or progress_file(), _read, Progress())
    return (
        progress,
        f"the progress of the lessons cannot be read from {reason}; all lessons begin again" if reason else "",
    )


def change_progress(change: Callable[[Progress], Progress], path: Path | None = None) -> tuple[Progress, str]:
    """Change the progress in a file. Return the new progress, and a sentence if it cannot be saved; "" if it is.

    `change` gets the progress that the file has now, because another app may have changed it in the meantime. The file is
    replaced completely or not at all.
    """
    path = path or progress_file()
    problem = f"the progress of the lessons cannot be saved to '{printable(str(path))}': another app has locked it"
    try:
        with alone(path.with_suffix(".lock"), PATIENCE):
            progress = change(load_progress(path)[0])
            reason = write_json_file(path, {"format_version": FORMAT, "lessons": _table(progress)})
            return progress, reason and f"the progress of the lessons cannot be saved to {reason}"
    except BlockingIOError:
        return change(load_progress(path)[0]), problem


def _table(progress: Progress) -> dict[str, Any]:
    return {
        name: {
            "step": place.step,
            "done": place.done,
            "predictions": {str(number): letter for number, letter in place.predictions.items()},
            "hints": place.hints_shown,
        }
        for name, place in progress.places.items()
    }


def _read(table: Any) -> Progress:
    """Make a `Progress` from a table of JSON.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if a part is missing or of another type.
    """
    if table["format_version"] != FORMAT:
        raise ValueError
    places = {}
    for name, values in table["lessons"].items():
        step, done, hints = values["step"], values["done"], values["hints"]
        letters = {int(number): letter for number, letter in values["predictions"].items()}
        if not (_is_count(step) and isinstance(done, bool) and _is_count(hints)):
            raise ValueError
        if any(number < 0 or not isinstance(letter, str) for number, letter in letters.items()):
            raise ValueError
        places[name] = Place(step, done, letters, hints)
    return Progress(places)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
