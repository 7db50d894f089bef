"""A reader of the tables of a TOML file. A wrong key or value raises an error whose message names the file and the line."""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from tui_nn.lessons.toml_lines import line_of

T = TypeVar("T")

_LONGEST = 60
"""The largest number of characters of a wrong value that an error quotes."""


class LessonError(ValueError):
    """An error for a lesson that does not exist, or whose file is wrong. The message is one sentence."""


class Fields:
    """One table of a TOML file.

    Each method reads one key. The caller calls `end` last, which refuses all keys that no method has read.
    """

    def __init__(self, file: str, text: str, values: dict[str, Any], path: tuple[str | int, ...] = ()) -> None:
        """Read the table `values`. It is at `path` in the file called `file`, which has the contents `text`."""
        self._file = file
        self._text = text
        self._path = path
        self._values = dict(values)
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Return whether the table has this key."""
        return key in self._values

    def text(self, key: str, default: str | None = None, *, longest: int = 2000) -> str:
        """Read the value of `key`, which must be a text that is not empty, and remove the white space around it."""
        value = self._take(key, default, f"a text of 1 to {longest:,} characters")
        if value is default:
            return str(value)
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= longest:
            self.refuse(key, value, f"a text of 1 to {longest:,} characters")
        if any(not character.isprintable() and character != "\n" for character in value):
            self.refuse(key, value, "a text without control characters")
        return value.strip()

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Read the value of `key`, which must be one of the words in `allowed`."""
        words = f"one of {', '.join(allowed)}"
        value = self._take(key, default, words)
        if value is not default and (not isinstance(value, str) or value not in allowed):
            self.refuse(key, value, words)
        return str(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Read the value of `key`, which must be a whole number from `low` to `high`."""
        words = f"a whole number from {low:,} to {high:,}" if low < high else f"{low:,}"
        value = self._take(key, default, words)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, value, words)
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Read the value of `key`, which must be a number from `low` to `high`."""
        words = f"a number from {low:,g} to {high:,g}"
        value = self._take(key, default, words)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, value, words)
        return float(value)

    def yes_no(self, key: str, default: bool) -> bool:
        """Read the value of `key`, which must be true or false."""
        value = self._take(key, default, "true or false")
        if not isinstance(value, bool):
            self.refuse(key, value, "true or false")
        return value

    def texts(self, key: str, low: int, high: int, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read the value of `key`, which must be a list of `low` to `high` texts."""
        words = f"a list of {low} to {high} texts"
        value = self._take(key, default, words)
        if default is not None and value is default:
            return default
        if not isinstance(value, list) or not low <= len(value) <= high:
            self.refuse(key, value, words)
        for item in value:
            if not isinstance(item, str) or not item.strip() or not item.isprintable():
                self.refuse(key, item, "a text on one line")
        return tuple(value)

    def table(self, key: str) -> Fields:
        """Read the value of `key`, which must be a table."""
        value = self._take(key, None, f"a table [{key}]")
        if not isinstance(value, dict):
            self.refuse(key, value, f"a table [{key}]")
        return Fields(self._file, self._text, value, (*self._path, key))

    def tables(self, key: str, low: int, high: int) -> list[Fields]:
        """Read the value of `key`, which must be an array of `low` to `high` tables.

        If `low` is 0, a missing key means [].
        """
        name = ".".join(str(part) for part in (*self._path, key) if not isinstance(part, int))
        words = f"{low} to {high} tables [[{name}]]"
        if not low and key not in self._values:
            self._known.append(key)
            return []
        value = self._take(key, None, words)
        if not isinstance(value, list) or not low <= len(value) <= high or not all(isinstance(v, dict) for v in value):
            self.refuse(key, value, words)
        return [Fields(self._file, self._text, v, (*self._path, key, n)) for n, v in enumerate(value)]

    def read(self, key: str, read: Callable[[], T]) -> T:
        """Return the result of `read`. If it raises ValueError, the error names the line of `key`."""
        try:
            return read()
        except LessonError:
            raise
        except ValueError as error:
            self.fail(key, str(error))

    def refuse(self, key: str, value: object, allowed: str) -> NoReturn:
        """Raise LessonError for a value that is not allowed."""
        shown = repr(value)
        shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
        self.fail(key, f"{key} is {shown}: it must be {allowed}")

    def fail(self, key: str, sentence: str) -> NoReturn:
        """Raise LessonError with a sentence about the value of `key`."""
        line = line_of(self._text, (*self._path, key))
        raise LessonError(f"{self._file}, line {line}: {' '.join(sentence.split())}")

    def end(self) -> None:
        """Raise LessonError if the table has a key that no method has read."""
        for key in self._values:
            near = get_close_matches(key, self._known, n=1)
            meant = f" (did you mean {near[0]}?)" if near else f"; the keys are {', '.join(self._known)}"
            self.fail(key, f"the key {key!r} is not allowed here{meant}")

    def _take(self, key: str, default: Any, wanted: str) -> Any:
        self._known.append(key)
        if key not in self._values:
            if default is None:
                if near := get_close_matches(key, self._values, n=1, cutoff=0.8):
                    self.fail(near[0], f"the key {near[0]!r} is not allowed here (did you mean {key}?)")
                self.fail(key, f"the key {key} is missing: it must be {wanted}")
            return default
        return self._values.pop(key)
