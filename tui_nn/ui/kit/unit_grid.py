"""The activations of one layer, one cell for each unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
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
from tui_nn.render.signed_map import SIGNED_GLYPHS
from tui_nn.render.unit_grid import GREY, GREY_GLYPHS, GridLayout, levels
from tui_nn.ui.kit.picture import Picture, sign_legend
from tui_nn.ui.kit.roles import MUTED, PAGE, PLATE, POINTED, TEXT

if TYPE_CHECKING:
    from tui_nn.session.questions.explaining.explanation import Explanation
    from tui_nn.ui.kit.explaining import Page, Spot

_GUTTER = 1


class UnitGrid(Picture):
    """A widget that shows activations as shades of grey, from 0 to the largest activation.

    If activations can be negative, blue stands for values below 0 and orange for values above 0. The chosen unit has a tick
    above its column, a tick left of its row, and a green cell. Without colours, the cells contain characters of different
    density, or `- =` below 0 and `+ #` above.
    """

    DEFAULT_CSS = f"""
    UnitGrid {{ height: 1fr; width: 1fr; background: {PAGE}; color: {TEXT}; }}
    UnitGrid > .unit-grid--plate {{ background: {PLATE}; color: {TEXT}; }}
    UnitGrid > .unit-grid--chosen {{ background: {POINTED}; color: {PAGE}; text-style: bold; }}
    UnitGrid > .unit-grid--tick {{ color: {POINTED}; text-style: bold; }}
    UnitGrid > .unit-grid--rest {{ color: {MUTED}; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "unit-grid--plate",
        "unit-grid--chosen",
        "unit-grid--tick",
        "unit-grid--rest",
    }
    """
    | Class | Description |
    | :- | :- |
    | `unit-grid--plate` | The colour of a unit whose output is 0, and, as ink, of the unit with the largest output. |
    | `unit-grid--chosen` | The chosen unit. |
    | `unit-grid--tick` | The ticks that mark the row and the column of the chosen unit. |
    | `unit-grid--rest` | The text that says which units are shown, if not all fit. |
    """

    values: reactive[Array | None] = reactive(None, always_update=True)
    """The activation of each unit of the layer, an array of shape (units,)."""

    signed: reactive[bool] = reactive(False)
    """True if values may be below 0."""

    chosen: reactive[int | None] = reactive(None)
    """The number of the chosen unit."""

    class Chosen(Message):
        """This message reports that the person clicked a unit."""

        def __init__(self, unit: int, grid: UnitGrid | None = None) -> None:
            super().__init__()
            self.unit = unit
            self.grid = grid

        @property
        def control(self) -> UnitGrid | None:
            """Return the grid of units that was clicked."""
            return self.grid

    def __init__(self, *, tens: bool = True, id: str | None = None, classes: str | None = None) -> None:
        """Begin without units. If `tens` is true, a row of ten or more units contains a multiple of ten. Otherwise, it has as many
        as fit.
        """
        super().__init__(id=id, classes=classes)
        self._tens = tens

    @property
    def layout_of_units(self) -> GridLayout | None:
        """Return the row and column of each unit on the screen; None if there are no units."""
        if self.values is None or not self.size.height:
            return None
        width, height = self.size.width - _GUTTER, self.size.height - self._ticks
        return GridLayout.of(len(self.values), width, height, self.chosen, tens=self._tens)

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each shown unit, the chosen unit first. `explain` is called with the number of a
        unit.
        """
        layout = self.layout_of_units
        if layout is not None:
            for unit in sorted(layout.shown, key=lambda unit: unit != self.chosen):
                row, column = divmod(unit - layout.first, layout.columns)
                x, y = _GUTTER + column * layout.cell, self._ticks + row * layout.tall
                yield from page.on_cells(self, x, y, layout.cell, layout.tall, partial(explain, unit), is_cell=True)

    def rows_needed(self, width: int, height: int) -> int:
        """Return the number of rows that the grid needs in `width` columns, with the row of ticks. It is at most `height`."""
        if self.values is None:
            return self._ticks
        layout = GridLayout.of(len(self.values), width - _GUTTER, height - self._ticks, self.chosen, tens=self._tens)
        return self._ticks + layout.rows * layout.tall + (len(layout.shown) < layout.units)

    @property
    def _ticks(self) -> int:
        """Return the number of rows above the cells: 1 for the tick ▾ above the chosen unit, or 0 if no unit is chosen."""
        return int(self.chosen is not None)

    def watch_values(self) -> None:
        """Draw the grid again, because the activations have changed."""
        self.forget()

    def watch_signed(self) -> None:
        """Draw the grid again, because the activations can now be negative, or no longer can."""
        self.forget()

    def watch_chosen(self) -> None:
        """Draw the grid again, because another unit is chosen."""
        self.forget()

    def on_resize(self) -> None:
        """Draw the grid again, because its size has changed."""
        self.forget()

    def _draw(self) -> list[Strip]:
        layout = self.layout_of_units
        if layout is None or self.values is None:
            return []
        cells = self._cells(self.values, layout)
        here = None if self.chosen is None else layout.place(self.chosen)
        tick = self.get_component_rich_style("unit-grid--tick")
        strips = []
        if here is not None:
            before = Segment(" " * (_GUTTER + here[1] * layout.cell), self.rich_style)
            strips.append(Strip([before, Segment("▾" * layout.cell, tick)]))
        for row in range(layout.rows):
            gutter = Segment("▸", tick) if here and here[0] == row else Segment(" ", self.rich_style)
            units = cells[row * layout.columns : (row + 1) * layout.columns]
            strips += [Strip([gutter, *units]).simplify()] * layout.tall
        if len(shown := layout.shown) < layout.units:
            words = f" {shown.start}–{shown.stop - 1} of {layout.units} units"
            strips.append(Strip([Segment(words, self.get_component_rich_style("unit-grid--rest"))]))
        return [strip.adjust_cell_length(self.size.width, self.rich_style) for strip in strips]

    def _cells(self, values: Array, layout: GridLayout) -> list[Segment]:
        """Return a segment for each unit that is shown."""
        strengths, _ = levels(values, self.signed)
        palette, chosen = self._palette(layout.cell), self.get_component_rich_style("unit-grid--chosen")
        cells = []
        for unit in layout.shown:
            cell = palette[strengths[unit]]
            if not np.isfinite(values[unit]):
                cell = Segment("!" * layout.cell, chosen if unit == self.chosen else cell.style)
            elif unit == self.chosen:
                cell = Segment("o" if layout.cell == 1 else f"[{' ' * (layout.cell - 2)}]", chosen)
            cells.append(cell)
        return cells

    def _palette(self, cell: int) -> list[Segment]:
        """Return a list of segments, one for each level of activation. The segment at index −1 draws a unit of level −1."""
        style = self.get_component_rich_style("unit-grid--plate")
        glyphs = SIGNED_GLYPHS if self.signed else GREY_GLYPHS
        if not self.in_colour:
            return [Segment(glyph * cell, style) for glyph in glyphs]
        if self.signed:
            plain = style.bgcolor or Color.default()
            styles = [Style(bgcolor=colour) for colour in self.signed_colours(plain)]
            return [Segment(" " * cell, colour) for colour in styles]
        plate = self.get_component_styles("unit-grid--plate")
        shades = (plate.background.blend(plate.color, level / GREY, alpha=1.0).rich_color for level in range(GREY + 1))
        return [Segment(" " * cell, Style(bgcolor=shade)) for shade in shades]

    def legend(self, *, short: bool = False) -> Content:
        """Return the legend of units that can be negative, with the value of the strongest colour."""
        if self.values is None:
            return Content("")
        return sign_legend(self, levels(self.values, self.signed)[1], short=short)

    def on_click(self, event: events.Click) -> None:
        """Choose the unit that was clicked."""
        layout = self.layout_of_units
        if layout is None:
            return
        column, row = (event.x - _GUTTER) // layout.cell, (event.y - self._ticks) // layout.tall
        unit = layout.first + row * layout.columns + column
        if 0 <= column < layout.columns and row >= 0 and unit in layout.shown:
            self.post_message(self.Chosen(unit, self))
