"""The list of mistakes: a row each, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_nn.render.numbers import fitted, plain, probability
from tui_nn.session.questions.mistakes import Mistake, MistakeList


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list, right aligned."""

    heading: str
    """Where it says "p(", it says "a(" if outputs are no probabilities."""
    order: str
    """The order that sorts by it, or ""."""
    width: int
    cell: Callable[[Mistake], str]


COLUMNS = (
    Column("#", "index", 7, lambda mistake: str(mistake.index)),
    Column("true", "", 6, lambda mistake: str(mistake.true)),
    Column("pred", "", 5, lambda mistake: str(mistake.predicted)),
    Column("p(pred)", "p(pred)", 8, lambda mistake: probability(mistake.p_predicted)),
    Column("p(true)", "p(true)", 8, lambda mistake: probability(mistake.p_true)),
    Column("margin", "margin", 8, lambda mistake: plain(mistake.margin)),
    Column("loss", "loss", 8, lambda mistake: fitted(mistake.loss, 2, 7)),
)
"""In the order in which they stand."""

_FIRST = ("loss", "p(pred)", "p(true)", "index", "margin")
"""Which columns come first where there is not room for all; the one that is sorted by comes before them."""

MARK = 1
"""Cells for the mark of the chosen row."""

SHORT = MARK + 6 + 5 + 8
"""The least width: true, pred, and the number that is sorted by."""


def columns_for(width: int, order: str) -> list[Column]:
    """The columns that fit into `width` cells, the one that `order` sorts by among them."""
    shown = {"", order}
    room = width - SHORT
    for name in _FIRST:
        needed = sum(column.width for column in COLUMNS if column.order == name)
        if name not in shown and needed <= room:
            shown.add(name)
            room -= needed
    return [column for column in COLUMNS if column.order in shown]


FULL = MARK + sum(column.width for column in COLUMNS)
"""The width with all columns."""


class MistakeRows(ScrollView, can_focus=False):
    """A heading, the rows that fit, and which they are of how many. Whoever has the keys sets `position`."""

    DEFAULT_CSS = """
    MistakeRows {
        scrollbar-size: 0 0;
        height: 1fr;
    }
    MistakeRows > .mistake-rows--heading { color: $foreground 62%; }
    MistakeRows > .mistake-rows--sorted { color: $foreground; text-style: bold; }
    MistakeRows > .mistake-rows--chosen { background: $primary-muted; text-style: bold; }
    MistakeRows > .mistake-rows--mark { color: $text-accent; background: $primary-muted; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "mistake-rows--heading",
        "mistake-rows--sorted",
        "mistake-rows--chosen",
        "mistake-rows--mark",
    }
    """
    heading: column names, and the last row
    sorted: the name of the column that is sorted by
    chosen: the row at `position`
    mark: the mark in front of it
    """

    found: reactive[MistakeList | None] = reactive(None, always_update=True)
    """What is listed."""

    position: reactive[int] = reactive(0)
    """The chosen row, from 0."""

    symbol: reactive[str] = reactive("p")
    """What outputs are called in headings."""

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Sorted(Message):
        """The heading of a column that can be sorted by was clicked."""

        def __init__(self, order: str) -> None:
            super().__init__()
            self.order = order

    @property
    def page(self) -> int:
        """Rows that fit."""
        return max(self.size.height - 2, 1)

    @property
    def top(self) -> int:
        """The first row in view."""
        return self.scroll_offset.y

    def watch_found(self) -> None:
        """Take other rows."""
        # The heading and the last row stay where they are, and so belong to what scrolls.
        self.virtual_size = Size(self.size.width, len(self.found or ()) + 2)
        self._follow()

    def watch_position(self) -> None:
        """Scroll no further than needed."""
        self._follow()

    def on_resize(self) -> None:
        """Keep the chosen row in view."""
        self._follow()

    def _follow(self) -> None:
        if self.size.height and not self.top <= self.position < self.top + self.page:
            down = self.position >= self.top + self.page
            self.scroll_to(y=self.position - (self.page - 1 if down else 0), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or the range."""
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
        cells = "".join(column.cell(mistake).rjust(column.width) for column in self._columns).rjust(
            self.size.width - MARK
        )
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
        """Cells before the first column: columns stand at the right."""
        return self.size.width - sum(column.width for column in self._columns)

    def on_click(self, event: events.Click) -> None:
        """Choose the row, or sort by the column."""
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
    """Which rows are seen, in at most `width` cells: without commas where they have no room."""
    text = f"{first:,}–{last:,} of {of:,}"
    return text if len(text) <= width else text.replace(",", "")
