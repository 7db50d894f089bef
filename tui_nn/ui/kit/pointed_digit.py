"""A picture with a cursor on one of its pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.parameters import Pixels
from tui_nn.render.pictures import SIDE, from_screen, on_screen, side_of, to_screen
from tui_nn.ui.kit.digit import digit_strips, ink_colour
from tui_nn.ui.kit.picture import Picture
from tui_nn.ui.kit.roles import PAGE, PLATE, POINTED, TEXT

if TYPE_CHECKING:
    from tui_nn.session.questions.explaining.explanation import Explanation
    from tui_nn.ui.kit.explaining import Page, Spot

_GUTTER = _TICKS = 1


class PointedDigit(Picture):
    """A widget that draws a picture like `DigitView`. Ticks (▾ above, ▸ at the left) mark the column and the row of its
    cursor.
    """

    DEFAULT_CSS = f"""
    PointedDigit {{ width: auto; height: auto; background: {PAGE}; color: {TEXT}; }}
    PointedDigit > .pointed-digit--plate {{ background: {PLATE}; color: {TEXT}; }}
    PointedDigit > .pointed-digit--cursor {{ background: {POINTED}; color: {PAGE}; text-style: bold; }}
    PointedDigit > .pointed-digit--tick {{ color: {POINTED}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pointed-digit--plate",
        "pointed-digit--cursor",
        "pointed-digit--tick",
    }
    """The styles of the picture, of the pixel under the cursor, and of the ticks ▾ ▸ beside the picture."""

    image: reactive[Pixels | None] = reactive(None, always_update=True)
    """The pixels, a uint8 array of shape (side * side,); None for an empty picture."""

    zoom: reactive[bool] = reactive(False, layout=True)
    """True if a pixel is two cells wide and one cell high. Otherwise it is one cell wide and half a cell high."""

    cursor: reactive[tuple[int, int] | None] = reactive(None)
    """The row and the column of the pixel under the cursor, from 0."""

    class Pointed(Message):
        """This message reports that the person clicked a pixel. In a cell with two pixels, the click means the upper one."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row = row
            self.column = column

    def get_content_width(self, *_: object) -> int:
        """Return the width: 28 or 56 cells, and the column of ticks."""
        return _GUTTER + SIDE * self._across

    def get_content_height(self, *_: object) -> int:
        """Return the height: 14 or 28 cells, and the row of ticks."""
        return _TICKS + SIDE // self._down

    def watch_image(self) -> None:
        """Draw the picture again, because its pixels have changed."""
        self.forget()

    def watch_zoom(self) -> None:
        """Draw the picture again, because its size has changed."""
        self.forget()

    def watch_cursor(self) -> None:
        """Draw the picture again, because the cursor has moved."""
        self.forget()

    def move(self, down: int, right: int) -> None:
        """Move the cursor by pixels, at most to the edges. Without a cursor, begin in the middle."""
        side = self._side
        row, column = self.cursor or (side // 2 - down, side // 2 - right)
        self.cursor = min(max(row + down, 0), side - 1), min(max(column + right, 0), side - 1)

    def spots(self, page: Page, explain: Callable[[int, int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each cell of the picture, the cell under the cursor first.

        `explain` is called with the row and the column of a pixel. In a cell with two pixels, this is the pixel under the cursor,
        or else the upper one.
        """
        cells = [(row, column) for row in range(SIDE // self._down) for column in range(SIDE)]
        here = None
        if self.cursor is not None:
            here = to_screen(self.cursor[0], self._side) // self._down, to_screen(self.cursor[1], self._side)
        for row, column in sorted(cells, key=lambda cell: cell != here):
            x, y = _GUTTER + column * self._across, _TICKS + row
            pixel = self.cursor if (row, column) == here else self.pixel_at(x, y)
            if pixel is not None:
                yield from page.on_cells(self, x, y, self._across, 1, partial(explain, *pixel), is_cell=True)

    def pixel_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the row and the column of the pixel in a cell, or of the upper one of two; None outside the picture."""
        row, column = (y - _TICKS) * self._down, (x - _GUTTER) // self._across
        inside = y >= _TICKS and x >= _GUTTER and row < SIDE and column < SIDE
        return (from_screen(row, self._side), from_screen(column, self._side)) if inside else None

    @property
    def _side(self) -> int:
        """Return the number of pixels along a side of the picture."""
        return SIDE if self.image is None else side_of(self.image)

    @property
    def _across(self) -> int:
        """Return the width of a pixel in cells."""
        return 2 if self.zoom else 1

    @property
    def _down(self) -> int:
        """Return the height of a cell in pixels."""
        return 1 if self.zoom else 2

    def _draw(self) -> list[Strip]:
        plate = self.get_component_styles("pointed-digit--plate")
        colours = (plate.background, plate.color) if self.in_colour else None
        rows = digit_strips(self.image, self.zoom, colours, plate.rich_style)
        tick, cursor, above, here = self.get_component_rich_style("pointed-digit--tick"), self.cursor, Strip([]), None
        if cursor is not None:
            cursor = to_screen(cursor[0], self._side), to_screen(cursor[1], self._side)
            here, start = cursor[0] // self._down, cursor[1] * self._across
            above = Strip([Segment(" " * (_GUTTER + start), self.rich_style), Segment("▾" * self._across, tick)])
            before, under, after = rows[here].divide([start, start + self._across, rows[here].cell_length])
            rows[here] = Strip([*before, self._cell(cursor, under.text, colours), *after])
        strips = [above]
        for number, row in enumerate(rows):
            gutter = Segment("▸", tick) if number == here else Segment(" ", self.rich_style)
            strips.append(Strip([gutter, *row]))
        return [strip.adjust_cell_length(self.size.width, self.rich_style) for strip in strips]

    def _cell(self, cursor: tuple[int, int], under: str, colours: tuple[Color, Color] | None) -> Segment:
        """Return the cell of the cursor. In colour, only the pixel under the cursor is marked; otherwise the cell is reversed."""
        mark = self.get_component_rich_style("pointed-digit--cursor")
        if colours is None:
            return Segment(under, mark + Style(reverse=True))
        if self.zoom:
            return Segment("  ", mark)
        row, column = cursor
        other = 0 if self.image is None else round(on_screen(self.image)[row ^ 1, column])
        return Segment("▄" if row % 2 == 0 else "▀", Style(color=ink_colour(*colours, other), bgcolor=mark.bgcolor))

    def on_click(self, event: events.Click) -> None:
        """Post a message with the pixel that was clicked."""
        if (pixel := self.pixel_at(event.x, event.y)) is not None:
            self.post_message(self.Pointed(*pixel))
