"""The confusion matrix as a picture: ten by ten numbers, a cursor on one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.watch.metrics import precision, recall
from tui_nn.render.numbers import MINUS
from tui_nn.session.questions.confusion import Matrix
from tui_nn.ui.kit.picture import Picture

Cell = tuple[int, int]
"""True class and predicted class."""

CLASSES = 10
LABEL, MARGIN = 5, 5
NARROW, WIDE = 4, 6
"""Cells across for a number."""
ROWS = CLASSES + 3

_STRONG, _NOTABLE = 0.5, 0.34
"""Of the largest number off the diagonal: what is tinted strongly, and a little."""


@dataclass(frozen=True, slots=True, eq=False)
class MatrixLook:
    """What is drawn."""

    counts: Matrix
    """(10, 10): rows true, columns predicted."""
    before: Matrix | None = None
    """An earlier one: what is drawn is by how much the counts grew."""
    shares: bool = False
    """Whether numbers are shares of their rows."""


class ConfusionMatrix(Picture):
    """Says on its edges what rows and columns are. Zeros are dots; at the margins are recall and precision.

    Large numbers off the diagonal are tinted and bold, in another colour where mistakes became fewer; a digit that is
    never predicted is said to be so.
    """

    DEFAULT_CSS = """
    ConfusionMatrix { width: auto; height: auto; }
    ConfusionMatrix > .confusion-matrix--quiet { color: $foreground 62%; }
    ConfusionMatrix > .confusion-matrix--label { text-style: bold; }
    ConfusionMatrix > .confusion-matrix--here { color: $text-accent; text-style: bold; }
    ConfusionMatrix > .confusion-matrix--strong { background: $warning 45%; text-style: bold; }
    ConfusionMatrix > .confusion-matrix--notable { background: $warning 20%; }
    ConfusionMatrix > .confusion-matrix--strong-less { background: $success 45%; text-style: bold; }
    ConfusionMatrix > .confusion-matrix--notable-less { background: $success 20%; }
    ConfusionMatrix > .confusion-matrix--never { color: $text-error; text-style: bold; }
    ConfusionMatrix > .confusion-matrix--cursor { background: $foreground; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"confusion-matrix--{part}"
        for part in ("quiet", "label", "here", "strong", "notable", "strong-less", "notable-less", "never", "cursor")
    }  # fmt: skip

    look: reactive[MatrixLook | None] = reactive(None, always_update=True, layout=False)
    """What is drawn; None for nothing."""

    cell: reactive[Cell] = reactive((0, 1))
    """Where the cursor is."""

    column: reactive[int] = reactive(NARROW, layout=True)
    """Cells across for each number."""

    class Chosen(Message):
        """A cell was clicked; one that is clicked where the cursor is, is to be opened."""

        def __init__(self, cell: Cell) -> None:
            super().__init__()
            self.cell = cell

    def get_content_width(self, *_: object) -> int:
        """Labels, ten columns, recall."""
        return LABEL + CLASSES * self.column + MARGIN

    def get_content_height(self, *_: object) -> int:
        """Two headings, ten rows, precision."""
        return ROWS

    def watch_look(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_cell(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_column(self) -> None:
        """Draw it anew."""
        self.forget()

    def on_click(self, event: events.Click) -> None:
        """Choose the cell under the mouse."""
        true, predicted = event.y - 2, (event.x - LABEL) // self.column
        if event.x >= LABEL and 0 <= true < CLASSES and 0 <= predicted < CLASSES:
            self.post_message(self.Chosen((true, predicted)))

    # ---- drawing

    def _draw(self) -> list[Strip]:
        look = self.look
        if look is None:
            return [Strip.blank(self.get_content_width(), self.rich_style)] * ROWS
        return [self._axis(), self._heading(), *(self._row(look, true) for true in range(CLASSES)), self._foot(look)]

    def _part(self, text: str, name: str = "") -> Segment:
        return Segment(text, self.get_component_rich_style(f"confusion-matrix--{name}") if name else self.rich_style)

    def _line(self, parts: Iterable[Segment]) -> Strip:
        return Strip(list(parts)).adjust_cell_length(self.get_content_width(), self.rich_style)

    def _axis(self) -> Strip:
        at = LABEL + (self.cell[1] + 1) * self.column - 1
        text = " " * (LABEL + self.column - 1) + "predicted →"
        if at < len(text) + 1:
            # The mark stands before the words, or they would hide it.
            text = " " * (at + 2) + "predicted →"
        return self._line(
            [self._part(text[:at].ljust(at), "quiet"), self._part("▾", "here"), self._part(text[at + 1 :], "quiet")]
        )

    def _heading(self) -> Strip:
        names = [
            self._part(f"{digit:{self.column}}", "here" if digit == self.cell[1] else "label")
            for digit in range(CLASSES)
        ]
        return self._line([self._part(" true".ljust(LABEL), "quiet"), *names, self._part("rec".rjust(MARGIN), "quiet")])

    def _row(self, look: MatrixLook, true: int) -> Strip:
        here = true == self.cell[0]
        label = self._part(f" {true} {'▸' if here else ' '} "[:LABEL].ljust(LABEL), "here" if here else "label")
        numbers = _numbers(look)
        cells = []
        for predicted in range(CLASSES):
            text = _text(look, numbers, true, predicted, self.column - 1)
            cells.append(self._part(text.rjust(self.column), self._style(numbers, true, predicted)))
        shares = _margin(look, recall)
        return self._line([label, *cells, self._part(_margin_text(look, shares[true], MARGIN).rjust(MARGIN), "quiet")])

    def _style(self, numbers: NDArray[np.float64], true: int, predicted: int) -> str:
        if (true, predicted) == self.cell:
            return "cursor"
        if true == predicted:
            return "quiet"
        most = np.abs(numbers[~np.eye(CLASSES, dtype=bool)]).max()
        size = abs(numbers[true, predicted]) / most if most > 0 else 0
        if size < _NOTABLE:
            return "" if size else "quiet"
        # Of a change: fewer of these mistakes than before.
        less = "-less" if numbers[true, predicted] < 0 else ""
        return ("strong" if size >= _STRONG else "notable") + less

    def _foot(self, look: MatrixLook) -> Strip:
        """Precision, and a word, or a mark where that has no room, under a digit that is never predicted."""
        shares, never = _margin(look, precision), look.counts.sum(axis=0) == 0
        word = "never" if self.column > len("never") else "∅"
        cells = (
            self._part(word.rjust(self.column), "never")
            if never[digit]
            else self._part(_margin_text(look, shares[digit], self.column).rjust(self.column), "quiet")
            for digit in range(CLASSES)
        )
        return self._line([self._part(" prec".ljust(LABEL), "quiet"), *cells])


def _numbers(look: MatrixLook) -> NDArray[np.float64]:
    """What is written, (10, 10): counts, shares of their rows, or by how much either grew."""
    now = _as_shown(look.counts, look.shares)
    if look.before is None:
        return now
    grown: NDArray[np.float64] = now - _as_shown(look.before, look.shares)
    return grown


def _as_shown(counts: Matrix, shares: bool) -> NDArray[np.float64]:
    of_row: NDArray[np.float64] = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return of_row if shares else counts.astype(np.float64)


def _text(look: MatrixLook, numbers: NDArray[np.float64], true: int, predicted: int, room: int) -> str:
    value = float(numbers[true, predicted])
    if value == 0:
        return "·"
    sign = "" if look.before is None else "+" if value > 0 else MINUS
    size = abs(value)
    if look.shares and size < 0.5:
        return f"{sign}<1" if len(sign) + 2 <= room else "<1"
    text = f"{sign}{round(size)}"
    # On the diagonal its neighbours are small, and it may take the blank between them.
    fits = len(text) <= room + (true == predicted)
    return text if fits else f"{sign}{round(size / 1000)}k"


def _margin(look: MatrixLook, of: Callable[[Matrix], NDArray[np.float64]]) -> NDArray[np.float64]:
    now = of(look.counts)
    if look.before is None:
        return now
    change: NDArray[np.float64] = now - of(look.before)
    return change


def _margin_text(look: MatrixLook, share: float, room: int) -> str:
    """A share as "98%"; its change in points as "+3". Nothing touches what is beside its `room` cells."""
    if math.isnan(share):
        return "–"
    if look.before is None:
        # Only what is all of it is 100.
        return "100%"[: room - 1] if share == 1 else f"{min(round(share * 100), 99)}%"
    points = round(share * 100)
    return "·" if points == 0 else f"{'+' if points > 0 else MINUS}{abs(points)}"
