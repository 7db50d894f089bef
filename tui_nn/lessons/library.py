"""The lessons and challenges of the package, and the lessons in a folder of your own."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.data.toml_text import LARGEST
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.reading import read_lesson

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from tui_nn.lessons.lesson import Lesson

FOLDERS = ("curriculum", "challenges")
"""The folders of the package with lesson files, in the order in which the app lists the lessons."""


def load_lessons(folder: str | Path | None = None, *, seed: int | None = None) -> tuple[Lesson, ...]:
    """Return all lessons, then all challenges, each sorted by number and name. `seed` replaces the seed of every file.

    `folder` is a folder of your own with files NAME.toml; None for the lessons of the package.

    Raises:
        LessonError: if the folder cannot be read or has no lessons, or a file is wrong.
    """
    lessons = [read_lesson(name, _text(file), seed=seed) for name, file in _files(folder)]
    return tuple(sorted(lessons, key=lambda lesson: (lesson.is_challenge, lesson.number, lesson.name)))


def load_lesson(name: str, folder: str | Path | None = None, *, seed: int | None = None) -> Lesson:
    """Return the lesson called `name`. `load_lessons` explains the other arguments.

    Raises:
        LessonError: if there is no such lesson, or its file is wrong.
    """
    files = dict(_files(folder))
    if name not in files:
        raise LessonError(f"there is no lesson '{name}'; the lessons are {', '.join(sorted(files))}")
    return read_lesson(name, _text(files[name]), seed=seed)


def lesson_names(folder: str | Path | None = None) -> tuple[str, ...]:
    """Return the names of all lesson files in alphabetical order. The files are not read.

    Raises:
        LessonError: if the folder cannot be read or has no lessons.
    """
    return tuple(sorted(name for name, _ in _files(folder)))


def _files(folder: str | Path | None) -> Iterable[tuple[str, Traversable]]:
    if folder is None:
        found = [file for part in FOLDERS for file in resources.files("tui_nn.lessons").joinpath(part).iterdir()]
    else:
        try:
            found = list(Path(folder).iterdir())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise LessonError(f"the folder '{folder}' cannot be read: {reason}") from None
    files = [(file.name.removesuffix(".toml"), file) for file in found if file.name.endswith(".toml")]
    if not files:
        raise LessonError(f"the folder '{folder}' contains no lessons, which are files that end in .toml")
    return files


def _text(file: Traversable) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise LessonError(f"{file.name} cannot be read: {(error.strerror or str(error)).lower()}") from None
    if len(content) > LARGEST:
        raise LessonError(f"{file.name} is larger than {LARGEST:,} bytes, which is too large for a lesson")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LessonError(f"{file.name}, line {line}: it is not UTF-8; save the file as UTF-8") from None
