"""A row of small digits, with a word above each."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.arrays import Pixels
from tui_nn.render.pictures import braille

_SIZES = ((14, 7), (10, 5), (6, 3))
"""Columns and rows of Braille, the largest first."""


@dataclass(frozen=True, slots=True, eq=False)
class SmallDigit:
    """One digit."""

    example: int
    """Its number."""
    image: Pixels
    label: int
    words: str
    """What is said of it beside its label, in at most 6 cells."""


class DigitRow(Widget):
    """As many digits as fit side by side, as large as the height allows; below nothing, above the label and a word."""

    DEFAULT_CSS = """
    DigitRow { height: 4; width: 1fr; }
    """

    digits: reactive[tuple[SmallDigit, ...]] = reactive((), always_update=True)
    """The most important first."""

    caption: reactive[tuple[str, ...]] = reactive(())
    """What the digits are, in short lines at the left."""

    remark: reactive[str] = reactive("")
    """What is said where there is none."""

    class Chosen(Message):
        """A digit was clicked."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows of one digit."""
        room = self.size.height - 1
        return next(
            (size for size in _SIZES if size[1] <= room and 3 * (size[0] + 1) <= self.size.width - self._margin),
            _SIZES[-1],
        )

    def render(self) -> Content:
        """Words, and digits below them."""
        if not self.digits:
            return Content("\n").join(Content(self.remark).wrap(max(self.size.width, 10)))
        columns, rows = self.cells
        caption = [f"{line:<{self._margin}}" for line in (*self.caption, *[""] * (rows + 1))]
        shown = self.digits[: max((self.size.width - self._margin + 1) // (columns + 1), 1)]
        words = [
            Content.assemble(
                (f"{digit.label} ", "bold"), (f"{digit.words:<{columns - 1}}"[: columns - 1], "$foreground 62%")
            )
            for digit in shown
        ]
        pictures = [braille(digit.image, columns, rows) for digit in shown]
        lines = [Content("").join(words)]
        lines += [Content(" ".join(picture[row] for picture in pictures)) for row in range(rows)]
        titled = zip(caption, lines, strict=False)
        return Content("\n").join(Content.assemble((title, "bold $text-primary"), line) for title, line in titled)

    @property
    def _margin(self) -> int:
        """Cells left of the first digit."""
        return max(map(len, self.caption), default=-1) + 1

    def on_click(self, event: events.Click) -> None:
        """Choose the digit under the mouse."""
        place = (event.x - self._margin) // (self.cells[0] + 1)
        if 0 <= place < len(self.digits):
            self.post_message(self.Chosen(self.digits[place].example))
