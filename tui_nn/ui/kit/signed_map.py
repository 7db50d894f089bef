"""A picture of signed values: weights, gradients, products or updates, one value for each pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.parameters import Array
from tui_nn.render.signed_map import NO_NUMBER, glyph_rows, map_scale, signed_levels, stacked
from tui_nn.ui.kit.picture import Picture, sign_legend
from tui_nn.ui.kit.roles import PAGE, PLATE, POINTED, TEXT

if TYPE_CHECKING:
    from tui_nn.session.questions.explaining.explanation import Explanation
    from tui_nn.ui.kit.explaining import Page, Spot

_GUTTER = 1
_TICKS = 1

Cell = tuple[int, int]
"""The row and the column of a pixel, from 0."""


class SignedMap(Picture):
    """A widget that shows each value as one pixel: blue below 0, orange above 0, and the background near 0.

    28 x 28 values take 28 x 14 cells, or 56 x 28 if enlarged. A row above and a column left of the picture contain the ticks
    of the cursor. Without colours, a cell shows the mean of its pixels: `- =` below 0 and `+ #` above. `legend` explains
    the colours.
    """

    DEFAULT_CSS = f"""
    SignedMap {{ width: auto; height: auto; background: {PAGE}; color: {TEXT}; }}
    SignedMap > .signed-map--plate {{ background: {PLATE}; color: {TEXT}; }}
    SignedMap > .signed-map--cursor {{ background: {POINTED}; color: {PAGE}; text-style: bold; }}
    SignedMap > .signed-map--tick {{ color: {POINTED}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"signed-map--plate", "signed-map--cursor", "signed-map--tick"}
    """
    | Class | Description |
    | :- | :- |
    | `signed-map--plate` | The pixels near 0. |
    | `signed-map--cursor` | The pixel under the cursor. |
    | `signed-map--tick` | The ticks that mark the row and the column of the cursor. |
    """

    values: reactive[Array | None] = reactive(None, always_update=True, layout=True)
    """The values, an array of shape (rows, columns); None for an empty picture of 28 x 28."""

    scale: reactive[float | None] = reactive(None)
    """The value with the strongest colour; None for the 99th percentile of the absolute values."""

    cursor: reactive[Cell | None] = reactive(None)
    """The pixel under the cursor."""

    zoom: reactive[bool] = reactive(False, layout=True)
    """True if a pixel is two cells wide and one cell high. Otherwise it is one cell wide and half a cell high."""

    class Chosen(Message):
        """This message reports that the person clicked a pixel."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row = row
            self.column = column

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """Begin with an empty picture."""
        super().__init__(id=id, classes=classes)

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns of the map."""
        return (28, 28) if self.values is None else (self.values.shape[0], self.values.shape[1])

    @property
    def drawn_scale(self) -> float:
        """Return the absolute value that has the strongest colour: 0 if all values are 0, NaN if none is finite."""
        if self.scale is not None or self.values is None:
            return self.scale or 0.0
        return map_scale(self.values)

    @property
    def strongest(self) -> float:
        """Return the value furthest from 0. It may be larger than `drawn_scale`; it is NaN if no value is finite."""
        values = np.zeros(1) if self.values is None else self.values[np.isfinite(self.values)]
        return float(values[np.abs(values).argmax()]) if values.size else math.nan

    def spots(self, page: Page, explain: Callable[[int, int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each cell of the map, the cell under the cursor first.

        `explain` is called with the row and the column of a value. In a cell with two values, this is the value under the cursor,
        or else the upper one.
        """
        rows, columns = self.shape
        here = self.cursor and (self.cursor[0] // self._down, self.cursor[1])
        cells = [(row, column) for row in range(-(-rows // self._down)) for column in range(columns)]
        for row, column in sorted(cells, key=lambda cell: cell != here):
            pixel = self.cursor if (row, column) == here and self.cursor else (row * self._down, column)
            x, y = _GUTTER + column * self._across, _TICKS + row
            yield from page.on_cells(self, x, y, self._across, 1, partial(explain, *pixel), is_cell=True)

    def move(self, down: int, right: int) -> None:
        """Move the cursor by pixels, at most to the edges. Without a cursor, begin in the middle."""
        rows, columns = self.shape
        row, column = self.cursor or (rows // 2 - down, columns // 2 - right)
        self.cursor = min(max(row + down, 0), rows - 1), min(max(column + right, 0), columns - 1)

    def get_content_width(self, *_: object) -> int:
        """Return the width: one or two cells for each pixel, and the column of ticks."""
        return _GUTTER + self.shape[1] * (2 if self.zoom else 1)

    def get_content_height(self, *_: object) -> int:
        """Return the height: one cell for one or two pixels, and the row of ticks."""
        rows = self.shape[0]
        return _TICKS + (rows if self.zoom else (rows + 1) // 2)

    def watch_values(self) -> None:
        """Draw the map again, because its values have changed."""
        self.forget()

    def watch_scale(self) -> None:
        """Draw the map again, because the value of the strongest colour has changed."""
        self.forget()

    def watch_cursor(self) -> None:
        """Draw the map again, because the cursor has moved."""
        self.forget()

    def watch_zoom(self) -> None:
        """Draw the map again, because its size has changed."""
        self.forget()

    def _draw(self) -> list[Strip]:
        values = np.zeros((28, 28)) if self.values is None else self.values
        cells = self._colours(values) if self.in_colour else self._glyphs(values)
        tick, cursor = self.get_component_rich_style("signed-map--tick"), self.cursor
        strips, here = [Strip([])], None
        if cursor is not None:
            before = Segment(" " * (_GUTTER + cursor[1] * self._across), self.rich_style)
            strips, here = [Strip([before, Segment("▾" * self._across, tick)])], cursor[0] // self._down
        for number, row in enumerate(cells):
            gutter = Segment("▸", tick) if number == here else Segment(" ", self.rich_style)
            strips.append(Strip([gutter, *row]).simplify())
        return [strip.adjust_cell_length(self.size.width, self.rich_style) for strip in strips]

    @property
    def _across(self) -> int:
        """Return the width of a pixel in cells."""
        return 2 if self.zoom else 1

    @property
    def _down(self) -> int:
        """Return the height of a cell in pixels."""
        return 1 if self.zoom else 2

    def _colours(self, values: Array) -> list[list[Segment]]:
        """Return the rows in colour. A cell shows two pixels, one above the other. In an enlarged map, each pixel takes
        two cells.
        """
        plate = self.get_component_styles("signed-map--plate")
        marked = self.get_component_rich_style("signed-map--cursor").bgcolor or Color.default()
        colours = [*self.signed_colours(plate.background.rich_color), marked]
        halves = stacked(values, self.zoom)
        levels = signed_levels(halves, self.drawn_scale)
        # A negative level is an index from the end of `colours`. The colour of the cursor has been added at this end, so each
        # negative level is reduced by one.
        levels[levels < 0] -= 1
        if self.cursor is not None:
            row, column = self.cursor
            levels[row // self._down, slice(None) if self.zoom else row % 2, column] = -1
        known = (np.isfinite(halves[:, 0]) & np.isfinite(halves[:, 1])).tolist()

        @cache
        def cell(upper: int, lower: int, known: bool) -> Segment:
            if not known:
                return Segment(NO_NUMBER * self._across, Style(color=plate.color.rich_color, bgcolor=colours[lower]))
            style = Style(color=colours[upper], bgcolor=colours[lower])
            return Segment((" " if upper == lower else "▀") * self._across, style)

        return [
            [cell(*column) for column in zip(upper, lower, finite, strict=True)]
            for (upper, lower), finite in zip(levels.tolist(), known, strict=True)
        ]

    def _glyphs(self, values: Array) -> list[list[Segment]]:
        """Return one glyph for each cell; the cell under the cursor is reversed."""
        plate = self.get_component_rich_style("signed-map--plate")
        rows = [[Segment(row, plate)] for row in glyph_rows(values, self.drawn_scale, self.zoom)]
        if self.cursor is not None:
            row, column = self.cursor[0] // self._down, self.cursor[1] * self._across
            text, mark = rows[row][0].text, self.get_component_rich_style("signed-map--cursor")
            middle = Segment(text[column : column + self._across], mark + Style(reverse=True))
            rows[row] = [Segment(text[:column], plate), middle, Segment(text[column + self._across :], plate)]
        return rows

    def on_click(self, event: events.Click) -> None:
        """Choose the pixel that was clicked; in a cell with two pixels, the click means the upper one."""
        row, column = (event.y - _TICKS) * self._down, (event.x - _GUTTER) // self._across
        rows, columns = self.shape
        if event.y >= _TICKS and event.x >= _GUTTER and row < rows and column < columns:
            self.post_message(self.Chosen(row, column))

    def legend(self) -> Content:
        """Return the legend with the value of the strongest colour: "− blue 0.08   0   + orange 0.08"."""
        return sign_legend(self, self.drawn_scale)
