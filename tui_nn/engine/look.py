"""A `Look` describes one view of the screen, such as one unit at one epoch. Every `Look` has a text form. The screen
returns a `Look` of its present view, and can show the view that a `Look` describes. Messages, the palette, screenshots,
lessons and bookmarks contain such descriptions. This module loads neither NumPy nor Textual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any


class LookTextError(ValueError):
    """The error for a text that does not describe a view. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Look:
    """The description of one view of the app. If a field is None, this part of the screen stays as it is."""

    pane: str | None = None
    """The title of the pane that is shown: one of `PANES`."""
    view: str | None = None
    """The name of the view that the pane shows."""
    layer: int | None = None
    unit: int | None = None
    example: int | None = None
    """The index of a test example; for the microscope, the position of an example in the batch."""
    cell: tuple[int, int] | None = None
    """The row and column of a pixel, or the true and predicted class in the confusion matrix."""
    act: int | None = None
    """The number of the step of the update that the microscope shows."""
    branch: int | None = None
    epoch: int | None = None

    @property
    def text(self) -> str:
        """The text form, such as "inspect/unit layer=0 unit=5 epoch=3"; "-" if no pane is named."""
        place = "/".join(_word(name) for name in (self.pane or "-", self.view) if name)
        values = ((field.name, getattr(self, field.name)) for field in fields(self)[2:])
        shown = (f"{name}={_value(value)}" for name, value in values if value is not None)
        return " ".join([place, *shown])


_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIELDS = tuple(field.name for field in fields(Look))[2:]


def read_look(text: str) -> Look:
    """Return the `Look` that a text stands for: `read_look(look.text) == look`.

    Raises:
        LookTextError: if the text does not describe a view.
    """
    place, *words = text.split() or [""]
    pane, slash, view = place.partition("/")
    for name in (pane, *([view] if slash else [])):
        if name != "-" and not _WORD.fullmatch(name):
            raise LookTextError(f"{text!r} does not describe a view: {name!r} is not the name of a pane or view")
    values: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in _FIELDS or name in values:
            raise LookTextError(
                f"{text!r} does not describe a view: {name!r} is not one of {', '.join(_FIELDS)}, or is given twice"
            )
        values[name] = _read_value(name, value, text)
    return Look(
        None if pane == "-" else pane.replace("-", " ").capitalize(), view.replace("-", " ") if view else None, **values
    )


def _word(name: str) -> str:
    return name.lower().replace(" ", "-")


def _value(value: int | tuple[int, int]) -> str:
    return f"{value[0]},{value[1]}" if isinstance(value, tuple) else str(value)


def _read_value(name: str, value: str, text: str) -> int | tuple[int, int]:
    numbers = value.split(",")
    if len(numbers) != (2 if name == "cell" else 1) or not all(map(_NUMBER.fullmatch, numbers)):
        wanted = "two whole numbers from 0, such as 3,14" if name == "cell" else "a whole number from 0"
        raise LookTextError(f"{text!r} does not describe a view: {name} must be {wanted}")
    return (int(numbers[0]), int(numbers[1])) if name == "cell" else int(numbers[0])
