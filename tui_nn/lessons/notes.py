"""The teacher's notes on a lesson that is being taught, in a small file that a program in another terminal can follow.

The app that teaches writes the file at every step, and holds a lock on a second file. `tui-nn notes` only reads the file.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tui_nn.data.folders import folder
from tui_nn.data.json_file import read_json_file, write_json_file
from tui_nn.data.locks import hold
from tui_nn.lessons.lesson import Do
from tui_nn.lessons.play import Play
from tui_nn.lessons.reading import wrapped

FORMAT = 1


@dataclass(frozen=True, slots=True)
class StepNotes:
    """The notes on one step."""

    kind: str
    notes: str
    minutes: float
    """The planned minutes; 0 if none are planned."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes on a lesson, and the present step of the teacher. Times are seconds since 1970."""

    title: str
    about: str
    """The notes on the whole lesson."""
    steps: tuple[StepNotes, ...]
    number: int
    """The number of the present step, from 0."""
    next_key: str
    """The next action of the forward key, in words, such as "train 20 epochs (r)"."""
    started: float
    step_started: float

    @classmethod
    def of(cls, play: Play, started: float, step_started: float) -> Notes:
        """Return the notes for the present step of a lesson. `started` is the time of its first step."""
        lesson = play.lesson
        steps = tuple(StepNotes(step.kind, step.notes, step.minutes) for step in lesson.steps)
        return cls(lesson.title, lesson.notes, steps, play.number, next_words(play), started, step_started)

    @property
    def step(self) -> StepNotes:
        """The notes on the present step."""
        return self.steps[self.number]

    @property
    def planned(self) -> float:
        """The planned minutes for the whole lesson; 0 if none are planned."""
        return sum(step.minutes for step in self.steps)

    @property
    def planned_so_far(self) -> float:
        """The minutes that are planned up to the end of the present step."""
        return sum(step.minutes for step in self.steps[: self.number + 1])


def next_words(play: Play) -> str:
    """Return a text that says what the forward key does next: an action of the lesson, or the name of the next step."""
    if (action := play.action) is not None:
        return f"{action.run}: {action.say}" if action.run else action.say
    if play.is_last:
        return "end of the lesson"
    step = play.lesson.steps[play.number + 1]
    return f"{step.kind}{f', {len(step.actions)} keys' if isinstance(step, Do) and len(step.actions) > 1 else ''}"


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, such as "4:05"."""
    whole = max(int(seconds), 0)
    return f"{whole // 60}:{whole % 60:02}"


Line = list[tuple[str, str]]
"""One line on the screen: pairs of a text and its kind, which is "title", "time", "late", "text" or "muted"."""


def note_lines(notes: Notes, now: float, width: int) -> list[Line]:
    """Return the notes as lines of at most `width` characters. `now` is the present time.

    If `width` has room, the times are in the line of the title. Every other line has one text.
    """
    step, here, whole = notes.step, now - notes.step_started, now - notes.started
    planned = f" of {clock(60 * step.minutes)}" if step.minutes else ""
    in_all = f" of {clock(60 * notes.planned)}" if notes.planned else ""
    head = [
        (f"Step {notes.number + 1} of {len(notes.steps)}: {step.kind}", "title"),
        (f"this step {clock(here)}{planned}", "time"),
        (f"lesson {clock(whole)}{in_all}", "time"),
    ]
    if notes.planned and whole > 60 * notes.planned_so_far:
        head.append((f"{clock(whole - 60 * notes.planned_so_far)} behind the plan", "late"))
    gap = ("   ", "text")
    row = [part for pair in head for part in (gap, pair)][1:]
    lines = [row] if sum(len(text) for text, _ in row) <= width else [[part] for part in head]
    text = step.notes or ("" if notes.number else notes.about) or "This step has no notes."
    for paragraph, part in ((text, "text"), (f"Next: {notes.next_key}", "muted")):
        lines += [[("", part)], *([(line, part)] for line in wrapped(paragraph, max(width, 10)))]
    return lines


# ---- the file


def notes_file() -> Path:
    """Return the path of the file with the teacher's notes. The file exists only while a lesson is taught."""
    return folder("state") / "teaching.json"


class NotesWriter:
    """An object with which the teaching app writes the file of notes. Its lock on the second file ends with the process."""

    def __init__(self) -> None:
        """Make a writer. It creates the file when `write` is called first."""
        self._lock: BinaryIO | None = None

    def write(self, notes: Notes) -> str:
        """Write the notes. Return a sentence if they cannot be written, or if another app teaches; else ""."""
        path = notes_file()
        if self._lock is None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = hold(_lock_of(path))
            except BlockingIOError:
                return "another app is teaching a lesson already, and tui-nn notes shows the notes of that lesson"
            except OSError as error:
                return f"tui-nn notes cannot show the notes: '{path}': {(error.strerror or str(error)).lower()}"
        reason = write_json_file(path, {"format_version": FORMAT, **asdict(notes)})
        return reason and f"tui-nn notes cannot show the notes: {reason}"

    def end(self) -> None:
        """Remove the file, if this writer has written it."""
        if self._lock is not None:
            path = notes_file()
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                _lock_of(path).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None


def read_notes() -> tuple[Notes | None, str]:
    """Return the notes of the lesson that is being taught, and "". If no lesson is being taught, return None and a sentence."""
    path = notes_file()
    if path.exists() and not _is_taught(path):
        return None, "the app that taught the last lesson has ended"
    notes, reason = read_json_file(path, _read, None)
    if reason:
        return None, f"the notes cannot be read from {reason}"
    return (
        notes,
        "" if notes is not None else "no lesson is being taught now: start one with tui-nn lesson NAME --teach",
    )


def _read(table: Any) -> Notes | None:
    """Make `Notes` from a table of JSON.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if a part is missing or of another type.
    """
    if table["format_version"] != FORMAT:
        raise ValueError
    steps = tuple(StepNotes(str(s["kind"]), str(s["notes"]), float(s["minutes"])) for s in table["steps"])
    number = table["number"]
    if not isinstance(number, int) or not 0 <= number < len(steps):
        raise ValueError
    title, about, next_key = (str(table[key]) for key in ("title", "about", "next_key"))
    return Notes(title, about, steps, number, next_key, float(table["started"]), float(table["step_started"]))


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _is_taught(path: Path) -> bool:
    """Return whether the app that wrote the file still runs."""
    try:
        hold(_lock_of(path)).close()
    except BlockingIOError:
        return True
    except OSError:
        return True  # The file system has no locks, so nothing shows whether the app has ended.
    return False
