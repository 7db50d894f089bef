"""The confusion matrix on the screen: a number for each true and predicted class, with a cursor on one of the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.analysis.confusion import Matrix
from tui_nn.core.watch.metrics import precision, recall
from tui_nn.data.dataset import DIGITS
from tui_nn.render.cells import cells_of, shortened, to_left, to_right
from tui_nn.render.numbers import MINUS
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.picture import Picture
from tui_nn.ui.kit.roles import KEY, MUTED, PAGE, RIGHT_TINTS, TEXT, WRONG, WRONG_TINTS, colour

Cell = tuple[int, int]
"""A cell of the matrix: the label of its true class and that of its predicted class."""

MARGIN = 5
"""The width in cells of the column at the right, which shows the recalls."""
NARROW, WIDE = 4, 6
"""The width of a column of numbers in cells, in a narrow matrix and in a wide one."""
HEADINGS = 3
"""The number of rows besides the numbers of the matrix: the axis, the class names and the precisions."""

_LONGEST = 8
"""The largest number of characters of a class name beside a row. A longer name is cut."""
_STRONG, _NOTABLE = 0.5, 0.34
"""The shares of the largest number off the diagonal from which such a number gets a strong or a weak tint."""


@dataclass(frozen=True, slots=True, eq=False)
class MatrixLook:
    """The counts that the matrix draws, and how it draws them."""

    counts: Matrix
    """The counts, an array of shape (classes, classes). Its rows are true classes and its columns predicted classes."""
    before: Matrix | None = None
    """The counts of an earlier epoch, in the same form. If they are not None, the matrix shows the change of each count."""
    shares: bool = False
    """True if the matrix shows each count as a share of its row."""


class ConfusionMatrix(Picture):
    """A widget that draws the confusion matrix: class names at the left and on top, recall at the right, precision below.

    A dot stands for 0. Large numbers off the diagonal are bold on a tinted background. If a number of mistakes has become
    smaller, its background has another colour. The word "never" or the mark ∅ stands below a class that is never predicted.
    If not all classes fit, the numbers scroll under the names, and the cursor stays in view.
    """

    DEFAULT_CSS = f"""
    ConfusionMatrix {{ width: auto; height: auto; }}
    ConfusionMatrix > .confusion-matrix--quiet {{ color: {MUTED}; }}
    ConfusionMatrix > .confusion-matrix--label {{ text-style: bold; }}
    ConfusionMatrix > .confusion-matrix--here {{ color: {colour(KEY)}; text-style: bold; }}
    ConfusionMatrix > .confusion-matrix--strong {{ background: {WRONG_TINTS[1]}; text-style: bold; }}
    ConfusionMatrix > .confusion-matrix--notable {{ background: {WRONG_TINTS[0]}; }}
    ConfusionMatrix > .confusion-matrix--strong-less {{ background: {RIGHT_TINTS[1]}; text-style: bold; }}
    ConfusionMatrix > .confusion-matrix--notable-less {{ background: {RIGHT_TINTS[0]}; }}
    ConfusionMatrix > .confusion-matrix--never {{ color: {WRONG}; text-style: bold; }}
    ConfusionMatrix > .confusion-matrix--cursor {{ background: {TEXT}; color: {PAGE}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"confusion-matrix--{part}"
        for part in ("quiet", "label", "here", "strong", "notable", "strong-less", "notable-less", "never", "cursor")
    }  # fmt: skip

    look: reactive[MatrixLook | None] = reactive(None, always_update=True, layout=False)
    """The counts to draw. With None, the matrix is empty."""

    class_names: reactive[Sequence[str]] = reactive(DIGITS, layout=True)
    """The name of each of the k classes. Set it before `look`, because a new `look` redraws the matrix."""

    cell: reactive[Cell] = reactive((0, 1))
    """The cell under the cursor."""

    column: reactive[int] = reactive(NARROW, layout=True)
    """The width of each column in cells."""

    most: reactive[tuple[int, int]] = reactive((len(DIGITS), len(DIGITS)), layout=True)
    """The numbers of rows and of columns of numbers that fit on the screen. If there are more classes, the matrix scrolls."""

    _first: Cell = (0, 0)
    """The labels of the first row and the first column on the screen."""

    class Chosen(Message):
        """This message reports that a cell was clicked."""

        def __init__(self, cell: Cell) -> None:
            super().__init__()
            self.cell = cell

    @property
    def label(self) -> int:
        """Return the width in cells of the row names, together with the mark ▸ and the blanks around them."""
        return label_width(self.class_names)

    @property
    def rows(self) -> range:
        """Return the labels of the true classes whose rows are on the screen."""
        return range(self._first[0], min(self._first[0] + self.most[0], len(self.class_names)))

    @property
    def columns(self) -> range:
        """Return the labels of the predicted classes whose columns are on the screen."""
        return range(self._first[1], min(self._first[1] + self.most[1], len(self.class_names)))

    def get_content_width(self, *_: object) -> int:
        """Return the width in cells of the class names, the numbers and the recalls together."""
        return self.label + len(self.columns) * self.column + MARGIN

    def get_content_height(self, *_: object) -> int:
        """Return the height in rows of the two headings, the numbers and the precisions together."""
        return len(self.rows) + HEADINGS

    def watch_look(self) -> None:
        """Draw the new numbers."""
        self.forget()

    def watch_class_names(self) -> None:
        """Draw the new names."""
        self._follow()

    def watch_cell(self) -> None:
        """Draw the cursor in its new cell, and scroll there."""
        self._follow()

    def watch_column(self) -> None:
        """Draw the numbers again, because the columns have another width."""
        self.forget()

    def watch_most(self) -> None:
        """Scroll to the cursor again, because another number of rows and columns fits now."""
        self._follow()

    def _follow(self) -> None:
        """Scroll just far enough to show the cell under the cursor."""
        row, column = (
            max(min(first, at, len(self.class_names) - most), at - most + 1, 0)
            for first, at, most in zip(self._first, self.cell, self.most, strict=True)
        )
        self._first = row, column
        self.forget()

    def on_click(self, event: events.Click) -> None:
        """Choose the cell under the mouse."""
        down, right = event.y - 2, (event.x - self.label) // self.column
        if event.x >= self.label and 0 <= down < len(self.rows) and 0 <= right < len(self.columns):
            self.post_message(self.Chosen((self.rows[down], self.columns[right])))

    def spots(
        self,
        page: Page,
        cell: Callable[[int, int], Explanation],
        recall: Callable[[int], Explanation],
        precision: Callable[[int], Explanation],
    ) -> Iterator[Spot]:
        """Yield spots for the cells in view, that of the cursor first, and for the recalls and precisions beside them."""
        cells = [(true, predicted) for true in self.rows for predicted in self.columns]
        for true, predicted in sorted(cells, key=lambda found: found != self.cell):
            x = self.label + (predicted - self.columns[0]) * self.column + 1
            yield from page.on_cells(
                self, x, true - self.rows[0] + 2, self.column - 1, 1, partial(cell, true, predicted)
            )
        edge, foot = self.label + len(self.columns) * self.column, len(self.rows) + 2
        for true in self.rows:
            yield from page.on_cells(self, edge + 1, true - self.rows[0] + 2, MARGIN - 1, 1, partial(recall, true))
        for predicted in self.columns:
            x = self.label + (predicted - self.columns[0]) * self.column + 1
            yield from page.on_cells(self, x, foot, self.column - 1, 1, partial(precision, predicted))

    # ---- drawing

    def _draw(self) -> list[Strip]:
        look = self.look
        if look is None or len(look.counts) != len(self.class_names):
            return [Strip.blank(self.get_content_width(), self.rich_style)] * self.get_content_height()
        return [self._axis(), self._heading(), *(self._row(look, true) for true in self.rows), self._foot(look)]

    def _part(self, text: str, name: str = "") -> Segment:
        return Segment(text, self.get_component_rich_style(f"confusion-matrix--{name}") if name else self.rich_style)

    def _line(self, parts: Iterable[Segment]) -> Strip:
        return Strip(list(parts)).adjust_cell_length(self.get_content_width(), self.rich_style)

    def _axis(self) -> Strip:
        at = self.label + (self.cell[1] - self.columns[0] + 1) * self.column - 1
        words, names = "predicted →", self.class_names
        if len(self.columns) < len(names):
            first, last = (short_name(names[predicted], _LONGEST) for predicted in (self.columns[0], self.columns[-1]))
            with_range = f"{words} {first} to {last} of {len(names)}"
            # The mark ▾ above the column of the cursor stands in the same row as this text. The long text, such as
            # "predicted → A to J of 26", is used only if there is room for it beside the mark.
            if max(at - 1, self.get_content_width() - at - 2) >= len(with_range):
                words = with_range
        text = " " * (self.label + self.column - 1) + words
        if at < len(text) + 1:
            # The text begins to the right of the mark ▾, or ends to the left of it, because it must not cover the mark.
            after = at + 2
            fits = after + len(words) <= self.get_content_width()
            text = " " * (after if fits else max(at - 1 - len(words), 0)) + words
        return self._line(
            [self._part(text[:at].ljust(at), "quiet"), self._part("▾", "here"), self._part(text[at + 1 :], "quiet")]
        )

    def _heading(self) -> Strip:
        names = [
            self._part(
                to_right(shortened(self.class_names[predicted], self.column - 1), self.column),
                "here" if predicted == self.cell[1] else "label",
            )
            for predicted in self.columns
        ]
        return self._line(
            [self._part(" true".ljust(self.label), "quiet"), *names, self._part("rec".rjust(MARGIN), "quiet")]
        )

    def _row(self, look: MatrixLook, true: int) -> Strip:
        here = true == self.cell[0]
        name = short_name(self.class_names[true], _LONGEST)
        mark = to_left(f" {name} ", self.label - 2) + ("▸ " if here else "  ")
        numbers = _numbers(look)
        cells = []
        for predicted in self.columns:
            text = _text(look, numbers, true, predicted, self.column - 1)
            cells.append(self._part(text.rjust(self.column), self._style(numbers, true, predicted)))
        share = _margin_text(look, _margin(look, recall)[true], MARGIN)
        return self._line(
            [self._part(mark, "here" if here else "label"), *cells, self._part(share.rjust(MARGIN), "quiet")]
        )

    def _style(self, numbers: NDArray[np.float64], true: int, predicted: int) -> str:
        if (true, predicted) == self.cell:
            return "cursor"
        if true == predicted:
            return "quiet"
        most = np.abs(numbers[~np.eye(len(numbers), dtype=bool)]).max()
        size = abs(numbers[true, predicted]) / most if most > 0 else 0
        if size < _NOTABLE:
            return "" if size else "quiet"
        # A negative number is a change: there are fewer of these mistakes than at the earlier epoch.
        less = "-less" if numbers[true, predicted] < 0 else ""
        return ("strong" if size >= _STRONG else "notable") + less

    def _foot(self, look: MatrixLook) -> Strip:
        """Return the last row, with the precision of each predicted class.

        For a class that is never predicted, which has no precision, the row contains "never", or ∅ if there is no room.
        """
        shares, never = _margin(look, precision), look.counts.sum(axis=0) == 0
        word = "never" if self.column > len("never") else "∅"
        cells = (
            self._part(word.rjust(self.column), "never")
            if never[predicted]
            else self._part(_margin_text(look, shares[predicted], self.column).rjust(self.column), "quiet")
            for predicted in self.columns
        )
        return self._line([self._part(" prec".ljust(self.label), "quiet"), *cells])


def label_width(class_names: Sequence[str]) -> int:
    """Return the width in cells of the class names beside the rows, with the mark and blanks. For " 4 ▸ " it is 5."""
    return 4 + max(cells_of(short_name(name, _LONGEST)) for name in class_names)


def _numbers(look: MatrixLook) -> NDArray[np.float64]:
    """Return the numbers on the screen, of shape (classes, classes): counts, percentages of the row, or their changes."""
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
    # A number on the diagonal may fill its column, without a blank before it, because the number beside it is usually
    # small and leaves a gap.
    fits = len(text) <= room + (true == predicted)
    return text if fits else f"{sign}{round(size / 1000)}k"


def _margin(look: MatrixLook, of: Callable[[Matrix], NDArray[np.float64]]) -> NDArray[np.float64]:
    now = of(look.counts)
    if look.before is None:
        return now
    change: NDArray[np.float64] = now - of(look.before)
    return change


def _margin_text(look: MatrixLook, share: float, room: int) -> str:
    """Return a recall or precision as a percentage, such as "98%", or its change in percentage points, such as "+3".

    The text is shorter than `room` cells, so that a blank fits before it.
    """
    if math.isnan(share):
        return "–"
    if look.before is None:
        # Only a share of exactly 1 is written as 100 %, so 99.7 % is not rounded up.
        return "100%"[: room - 1] if share == 1 else f"{min(round(share * 100), 99)}%"
    points = round(share * 100)
    return "·" if points == 0 else f"{'+' if points > 0 else MINUS}{abs(points)}"
