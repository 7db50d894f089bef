"""The rows of the list: one for each listed example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_nn.analysis.outputs import Mistake
from tui_nn.render.cells import cells_of, to_right
from tui_nn.render.numbers import fitted, plain, probability
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.questions.mistakes import MistakeList
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import CURSOR_ROW, KEY, MUTED, TEXT, colour


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. Its texts are aligned to the right."""

    heading: str
    """The name of the column. If the outputs are not probabilities, "p(" in it is replaced by "a("."""
    order: str
    """The name of the order in which this column decides; "" if the list cannot be sorted by this column."""
    width: int
    cell: Callable[[Mistake, Sequence[str]], str]
    """A function from an example and the class names to the text of the cell."""


COLUMNS = (
    Column("#", "index", 7, lambda mistake, _: str(mistake.index)),
    Column("true", "", 6, lambda mistake, names: short_name(names[mistake.true], 5)),
    Column("pred", "", 5, lambda mistake, names: short_name(names[mistake.predicted], 4)),
    Column("p(pred)", "p(pred)", 8, lambda mistake, _: probability(mistake.p_predicted)),
    Column("p(true)", "p(true)", 8, lambda mistake, _: probability(mistake.p_true)),
    Column("margin", "margin", 8, lambda mistake, _: plain(mistake.margin)),
    Column("loss", "loss", 8, lambda mistake, _: fitted(mistake.loss, 2, 7)),
)
"""All columns of the list of mistakes, from left to right."""

_FIRST = ("loss", "p(pred)", "p(true)", "index", "margin")
"""The columns that a narrow list keeps, besides the column by which it is sorted."""

MARK = 1
"""The width of the mark of the chosen row, in cells."""

SHORT = MARK + 6 + 5 + 8
"""The smallest width of the list, in cells: the true class, the predicted class, and the number by which it is sorted."""


def columns_for(width: int, order: str) -> list[Column]:
    """Return the columns that fit into `width` cells. The column by which the list is sorted is always among them."""
    shown = {"", order}
    room = width - SHORT
    for name in _FIRST:
        needed = sum(column.width for column in COLUMNS if column.order == name)
        if name not in shown and needed <= room:
            shown.add(name)
            room -= needed
    return [column for column in COLUMNS if column.order in shown]


FULL = MARK + sum(column.width for column in COLUMNS)
"""The width of all columns together, in cells."""


class MistakeRows(ScrollView, can_focus=False):
    """A widget that shows a heading, as many rows of the list as fit, and below them a text such as "1–16 of 1,203".

    The view sets `position`, because the keyboard focus is in the view and not in this widget.
    """

    DEFAULT_CSS = f"""
    MistakeRows {{
        scrollbar-size: 0 0;
        height: 1fr;
    }}
    MistakeRows > .mistake-rows--heading {{ color: {MUTED}; }}
    MistakeRows > .mistake-rows--sorted {{ color: {TEXT}; text-style: bold; }}
    MistakeRows > .mistake-rows--chosen {{ background: {CURSOR_ROW}; text-style: bold; }}
    MistakeRows > .mistake-rows--mark {{ color: {colour(KEY)}; background: {CURSOR_ROW}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "mistake-rows--heading",
        "mistake-rows--sorted",
        "mistake-rows--chosen",
        "mistake-rows--mark",
    }
    """
    `heading` is the style of the column names, and of the text in the last row. `sorted` is the style of the name of the
    column by which the list is sorted. `chosen` is the style of the row at `position`, and `mark` that of the mark before
    this row.
    """

    found: reactive[MistakeList | None] = reactive(None, always_update=True)
    """The listed examples."""

    position: reactive[int] = reactive(0)
    """The number of the chosen row, from 0."""

    symbol: reactive[str] = reactive("p")
    """The letter for the outputs in the headings: "p" for probabilities, "a" for sigmoid outputs."""

    class_names: Sequence[str] = ()
    """The name of each class. Set it before `found`, because a new `found` redraws the widget."""

    class Chosen(Message):
        """This message reports that a row was clicked."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Sorted(Message):
        """This message reports that the heading of a column was clicked, and asks to sort the list by this column."""

        def __init__(self, order: str) -> None:
            super().__init__()
            self.order = order

    @property
    def page(self) -> int:
        """Return the number of list rows that fit."""
        return max(self.size.height - 2, 1)

    @property
    def top(self) -> int:
        """Return the number of the first row in view."""
        return self.scroll_offset.y

    def watch_found(self) -> None:
        """Show the rows of the new list."""
        # The heading and the last row do not scroll, but they are added to the height, because Textual counts all rows of
        # the widget.
        self.virtual_size = Size(self.size.width, len(self.found or ()) + 2)
        self._follow()

    def watch_position(self) -> None:
        """Scroll just far enough to show the chosen row."""
        self._follow()

    def on_resize(self) -> None:
        """Scroll if the chosen row is not visible at the new size."""
        self._follow()

    def _follow(self) -> None:
        if self.size.height and not self.top <= self.position < self.top + self.page:
            down = self.position >= self.top + self.page
            self.scroll_to(y=self.position - (self.page - 1 if down else 0), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row of the widget: the heading, a row of the list, or the text with the range of shown rows."""
        width, found = self.size.width, self.found
        heading = self.get_component_rich_style("mistake-rows--heading")
        row = y - 1 + self.top
        if found is None or not len(found):
            strip = Strip([])
        elif y == 0:
            strip = self._heading(found.selection.order, heading)
        elif y == self.size.height - 1:
            last = min(self.top + self.page, len(found))
            strip = Strip([Segment(_range(self.top + 1, last, len(found), width).rjust(width), heading)])
        elif row < len(found):
            strip = self._row(found, row)
        else:
            strip = Strip([])
        return strip.adjust_cell_length(width, self.rich_style)

    def _heading(self, order: str, style: Style) -> Strip:
        chosen = self.get_component_rich_style("mistake-rows--sorted")
        names = [
            Segment(
                column.heading.replace("p(", f"{self.symbol}(").rjust(column.width),
                chosen if column.order == order else style,
            )
            for column in self._columns
        ]
        return Strip([Segment(" " * self._margin, style), *names])

    def _row(self, found: MistakeList, row: int) -> Strip:
        mistake = found[row]
        texts = (to_right(column.cell(mistake, self.class_names), column.width) for column in self._columns)
        cells = to_right("".join(texts), self.size.width - MARK)
        if row != self.position:
            return Strip([Segment(" " * MARK + cells, self.rich_style)])
        mark = self.get_component_rich_style("mistake-rows--mark")
        return Strip([Segment("▸", mark), Segment(cells, self.get_component_rich_style("mistake-rows--chosen"))])

    @property
    def _columns(self) -> list[Column]:
        assert self.found is not None
        return columns_for(self.size.width, self.found.selection.order)

    @property
    def _margin(self) -> int:
        """Return the number of empty cells at the left of the columns, which are aligned to the right."""
        return self.size.width - sum(column.width for column in self._columns)

    def spots(self, page: Page, explain: Callable[[Mistake, str], Explanation]) -> Iterator[Spot]:
        """Yield a spot for each cell in view, the chosen row first. `explain` takes an example and the heading of a column."""
        found = self.found
        if found is None or not len(found):
            return
        columns = self._columns
        rows = range(self.top, min(self.top + self.page, len(found)))
        for row in sorted(rows, key=lambda row: row != self.position):
            mistake, edge = found[row], self._margin
            # The number by which the list is sorted comes first.
            cells = []
            for column in columns:
                text = column.cell(mistake, self.class_names)
                edge += column.width
                cells.append((column, edge - cells_of(text), cells_of(text)))
            for column, x, width in sorted(cells, key=lambda cell: cell[0].order != found.selection.order):
                yield from page.on_cells(
                    self, x, row - self.top + 1, width, 1, partial(explain, mistake, column.heading)
                )

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked row, or sort by the clicked column."""
        row = event.y - 1 + self.top
        if self.found is None or not len(self.found):
            return
        if event.y == 0:
            edge = self._margin
            for column in self._columns:
                edge += column.width
                if event.x < edge:
                    if column.order:
                        self.post_message(self.Sorted(column.order))
                    return
        elif event.y < self.size.height - 1 and row < len(self.found):
            self.post_message(self.Chosen(row))


def _range(first: int, last: int, of: int, width: int) -> str:
    """Return a text with the range of shown rows, such as "1–16 of 1,203". If it does not fit, leave out the commas."""
    text = f"{first:,}–{last:,} of {of:,}"
    return text if len(text) <= width else text.replace(",", "")
