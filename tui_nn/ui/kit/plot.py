"""The base class of charts that show curves over epochs. No other file imports plotext.

plotext draws the axes, their labels and straight lines. The curves are drawn here, because plotext needs 40 µs for each dot.
plotext 6.1 aborts the whole process if a line contains a NaN, so it gets finite values only. It draws on one global figure and in
its own colours. So everything that it draws has a stand-in colour from 1 to 6. The theme's colour of its role replaces the stand-in
colour later.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import Worker

from tui_nn.render.cells import cells_of
from tui_nn.render.scale import EpochAxis
from tui_nn.ui.kit.pace import Pace

_CODES = re.compile(r"\x1b\[([0-9;]*)m")
_DOTS = re.compile("[\u2801-\u28ff]")

_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
"""The bit of each dot of a Braille character, by its row and column."""
_UNDER_CURVES = "┈┊│"
"""The characters of helper lines, such as the cursor. A curve is drawn over them."""
_HATCH = 3
"""The distance between two neighbouring lines of a hatched area, in Braille dots."""

Row = list[tuple[str, str]]
"""The pieces of a row of a chart: each is a text and its role, which decides its colour. The role "" means plain text."""

Values = NDArray[np.float64]
"""The values of a curve, one for each epoch from epoch 0."""


Dots = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Two arrays with a value for each cell of a chart: its Braille dots as bits, and the number of its last colour."""


class PlotChart(Widget):
    """A widget that draws curves once plotext is loaded, and not too often. Each kind of chart defines `wanted` and `plot`."""

    PLAIN: ClassVar[Mapping[str, str]] = {}
    """The ASCII character that replaces the Braille dots of each role, so that the curves look different."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._drawn: tuple[object, ...] = ()
        self._plotext: Any = None
        self._missing = False
        self._pace = Pace(self, self._draw)

    @property
    def wanted(self) -> object | None:
        """Return the values to draw, or None to draw nothing. The chart is redrawn when they change."""
        raise NotImplementedError

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Return the chart in `height` rows of `width` cells."""
        raise NotImplementedError

    async def on_mount(self) -> None:
        """Import plotext on a thread. The import takes a quarter of a second, and the first frame must not wait for it."""
        _: Worker[None] = self.run_worker(self._fetch, exclusive=True)

    async def _fetch(self) -> None:
        try:
            self._plotext = await asyncio.to_thread(_import_plotext)
        except Exception:
            # If plotext is missing or broken, the numbers beside the chart still show the values.
            self._missing = True
        self._pace.now()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._pace.now()

    def _draw(self) -> None:
        width, height = self.size
        wanted = (self.wanted, width, height, self._plotext is not None, self._missing)
        if wanted == self._drawn or self.wanted is None or width < 20 or height < 5:
            return
        self._drawn = wanted
        if self._plotext is not None:
            self._rows = self.plot(self._plotext, width, height)
            if getattr(self.app, "ascii_only", False):
                self._rows = [plain_row(row, self.PLAIN) for row in self._rows]
        elif self._missing:
            self._rows = [[("The chart cannot be drawn, because plotext cannot be loaded.", "")]]
        self.refresh()

    @property
    def pending(self) -> bool:
        """Return whether the values have changed since the chart was drawn."""
        return self._pace.waiting or not (self._plotext or self._missing)

    def render_line(self, y: int) -> Strip:
        """Return one row of the last drawing."""
        if y >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        styles: dict[str, Style] = {"": self.rich_style}
        for role in self.COMPONENT_CLASSES:
            styles[role] = self.get_component_rich_style(role)
        segments = [Segment(text, styles[role]) for text, role in self._rows[y]]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


def plain_row(row: Row, plain: Mapping[str, str]) -> Row:
    """Return the row with ASCII characters in place of Braille dots. Each role has its own ASCII character."""
    # `sub` would read a single backslash among these signs as the start of an escape.
    signs = {role: sign.replace("\\", r"\\") for role, sign in plain.items()}
    return [(_DOTS.sub(signs[role], text) if role in signs else text, role) for text, role in row]


def _import_plotext() -> Any:
    import plotext

    return plotext


class Axes:
    """A chart that plotext draws on its cleared figure, with an axis at the left and an axis below."""

    AXIS: ClassVar[int] = 5
    """The stand-in colour of the axes in plotext. A colour of the theme replaces it later."""

    def __init__(self, plotext: Any, width: int, height: int) -> None:
        """Begin a chart in `height` rows of `width` cells."""
        self.plotext, self.width, self.height = plotext, width, height
        self.figure = plotext.figure
        self.figure.clear()
        # By default, plotext limits a chart to the size that the terminal had when plotext was imported.
        plotext.terminal.limit(False, False)
        self.figure.plot_size(width, height)
        self.figure.canvas("default")
        self.figure.axes(True, pixel=self.pixel(self.AXIS))
        self.figure.axes(False, axis="x", side="upper")
        self.figure.axes(False, axis="y", side="right")
        self.indent = self.cells = 0
        self.axis = EpochAxis(0, 1)
        self.bottom = self.top = 0.0
        self._dots: Dots | None = None
        """The Braille dots of all curves; None if there is no curve yet."""
        self._bands: Dots | None = None
        """The Braille dots of all hatched areas (bands); None if there is none yet. A curve hides the band behind it."""

    def pixel(self, colour: int) -> Any:
        """Return a stand-in colour, a number from 1 to 6, in the form that plotext needs."""
        return self.plotext.pixel(foreground=colour, background="default")

    def scale(self, y: tuple[float, float], ticks: Sequence[float], labels: Sequence[str], axis: EpochAxis) -> None:
        """Set the vertical axis from `y[0]` to `y[1]`, with these ticks and labels. Set the horizontal axis of epochs, and compute
        its ticks.
        """
        self.bottom, self.top, self.axis = *y, axis
        self.indent = max(map(len, labels)) + 1
        self.cells = self.width - self.indent
        self._ruler("y", "left", y[0], y[1], ticks, labels)
        epochs = axis.ticks(self.cells)
        self._ruler("x", "lower", *axis.ends, [axis.unit(tick) for tick in epochs], [f"{tick:,}" for tick in epochs])

    def _ruler(
        self, name: str, side: str, low: float, high: float, ticks: Sequence[float], labels: Sequence[str]
    ) -> None:
        ruler = self.figure.ruler(name, side)
        ruler.pixel(self.pixel(self.AXIS))
        ruler.lim(low, high)
        ruler.ticks(ticks, labels)

    def curve(self, values: Values | Columns, colour: int, dashes: tuple[int, int] = (1, 0)) -> None:
        """Draw a curve; a value that is not finite leaves a gap."""
        columns = values if isinstance(values, Columns) else Columns.of(values, self.axis, self.cells)
        rows = self.height - 2
        x, y = columns.dots(self.bottom, self.top, rows, dashes)
        across, down = self._across(x), _places((self.top - y) / (self.top - self.bottom), rows)
        inside = (across >= 0) & (across < self.cells) & (down >= 0) & (down < rows)
        dots = np.zeros((rows * 4, self.cells * 2), np.bool_)
        dots[(down[inside] * 4).astype(int), (across[inside] * 2).astype(int)] = True
        self._dots = self._with(self._dots, dots, colour)

    def band(self, columns: Columns, colour: int, *, rising: bool) -> None:
        """Hatch the area from the lowest to the highest value of each column, with rising or with falling lines.

        A column with a value that is not finite stays empty. Curves are drawn over bands.
        """
        rows = self.height - 2
        # A band that goes below the axis ends at `bottom`. On a logarithmic axis, its low values may be NaN, because numbers ≤ 0
        # have no logarithm.
        low = np.where(np.isfinite(columns.high) & np.isnan(columns.low), self.bottom, columns.low)
        known = (low <= self.top) & np.isfinite(columns.high)
        units = np.linspace(self.axis.unit(columns.left), self.axis.unit(columns.right), len(low))
        across = (self._across(units[known]) * 2).astype(int)
        lowest, highest = (
            _places((self.top - np.clip(values[known], self.bottom, self.top)) / (self.top - self.bottom), rows) * 4
            for values in (low, columns.high)
        )
        down, right = np.arange(rows * 4)[:, None], np.arange(self.cells * 2)
        dots = np.zeros((rows * 4, self.cells * 2), np.bool_)
        dots[:, across] = (down >= highest.astype(int)) & (down <= lowest.astype(int))
        dots &= (down + right if rising else down - right) % _HATCH == 0
        self._bands = self._with(self._bands, dots, colour)

    def _across(self, units: Values) -> Values:
        """Return positions in cells from the left end. `units` are positions of epochs in units of the axis."""
        left, right = self.axis.ends
        return _places((units - left) / (right - left), self.cells)

    def _with(self, drawn: Dots | None, dots: NDArray[np.bool_], colour: int) -> Dots:
        """Return the drawing `drawn` with more Braille dots on top. None stands for an empty drawing."""
        rows = self.height - 2
        bits, owners = drawn or (np.zeros((rows, self.cells), np.uint8), np.zeros((rows, self.cells), np.uint8))
        new = (dots.reshape(rows, 4, self.cells, 2) * _BITS[:, None]).sum((1, 3), dtype=np.uint8)
        return bits | new, np.where(new > 0, np.uint8(colour), owners)

    def text(self, epoch: float, y: float, words: str, colour: int) -> None:
        """Write `words` at the height `y` so that they end at an epoch. If they are too long, they begin at the left edge."""
        left, right = self.axis.ends
        x = max(self.axis.unit(epoch), left + cells_of(words) / (self.cells - 1) * (right - left))
        label = self.plotext.colorize(words, self.pixel(colour))
        self.figure.draw(self.figure.text(x, y, label, alignment="right"))

    def cell(self, epoch: float, y: float) -> tuple[int, int]:
        """Return the row and the column of the cell that shows the value `y` at an epoch."""
        row = (self.top - y) / (self.top - self.bottom) * (self.height - 3)
        return round(row), self.indent + round(self.axis.share(epoch) * (self.cells - 1))

    def upright(self, epoch: int, colour: int, character: str = "┊") -> None:
        """Draw a vertical line at an epoch, if it is on the axis."""
        if not self.axis.first <= epoch <= self.axis.end:
            return
        rows = self.height - 2
        marker = self.plotext.marker(character, self.pixel(colour))
        x = [self.axis.unit(epoch)] * rows
        self.figure.draw(self.figure.signal(x, np.linspace(self.bottom, self.top, rows).tolist(), marker=marker))

    def across(self, value: float, colour: int) -> None:
        """Draw a dotted line across the chart at the height of a value."""
        marker = self.plotext.marker("┈", self.pixel(colour))
        across = np.linspace(*self.axis.ends, self.cells).tolist()
        self.figure.draw(self.figure.signal(across, [value] * self.cells, marker=marker))

    def rows(self, roles: dict[int, str]) -> list[Row]:
        """Return the rows of the drawing.

        `roles` gives the role (the meaning of the colour) of each stand-in colour.
        """
        rows = [_roles(line, roles) for line in self.figure.build().string().splitlines()][: self.height]
        for layer, covers in ((self._dots, _UNDER_CURVES), (self._bands, "")):
            if layer is not None:
                for row, bits, owners in zip(rows, *layer, strict=False):
                    self._put_dots(row, bits, owners, roles, covers)
        return rows

    def _put_dots(
        self, row: Row, bits: NDArray[np.uint8], owners: NDArray[np.uint8], roles: dict[int, str], covers: str
    ) -> None:
        """Put Braille dots into a row of the chart. They replace blanks and the characters in `covers`. All other
        characters stay.
        """
        cells = [(character, role) for text, role in row for character in text]
        for column in np.flatnonzero(bits).tolist():
            if cells[self.indent + column] == (" ", "") or cells[self.indent + column][0] in covers:
                cells[self.indent + column] = chr(0x2800 + int(bits[column])), roles.get(int(owners[column]), "")
        row[:] = [("".join(c for c, _ in part), role) for role, part in groupby(cells, key=lambda cell: cell[1])]


Scale = Callable[[Values], Values]
"""A function from values to heights. A larger value never gets a smaller height."""


def _unscaled(values: Values) -> Values:
    return values


@dataclass(frozen=True, slots=True)
class Columns:
    """A curve in the columns of a chart. `low` and `high` are the lowest and the highest value in each column, two arrays
    of shape (columns,).

    A chart draws these values instead of one value for each epoch, so a long run takes no more time than a short one.
    """

    low: Values
    high: Values
    axis: EpochAxis
    left: float
    right: float
    """The epochs of the first and the last column."""
    cells: int
    """The number of cells of the axis."""
    reduced: bool
    """True if each column stands for several epochs."""

    @classmethod
    def of(
        cls,
        values: Values,
        axis: EpochAxis,
        cells: int,
        scale: Scale = _unscaled,
        first: float = 0.0,
        step: float = 1.0,
    ) -> Columns:
        """Return the part of a curve that lies on the axis, which is `cells` cells long.

        The first value belongs to the epoch `first`, and each later value to an epoch that is `step` later. If there are more
        values than dot columns, a column keeps the lowest and the highest of its values, so that no spike is lost. The chart
        draws `scale` of the values, a function that never decreases, such as a logarithm. A result that is not finite leaves a
        gap.
        """
        start = max(math.ceil(round((axis.first - first) / step, 6)), 0)
        stop = min(math.floor(round((axis.end - first) / step, 6)) + 1, len(values))
        if stop <= start:
            nothing = np.full(1, np.nan)
            return cls(nothing, nothing, axis, axis.first, axis.first, cells, False)
        left, right = first + start * step, first + (stop - 1) * step
        columns = max(2, round((axis.share(right) - axis.share(left)) * (cells - 1) * 2) + 1) if stop > start + 1 else 1
        inside, count = values[start:stop], stop - start
        if axis.log:
            units = np.linspace(axis.unit(left), axis.unit(right), columns)
            places = np.clip((axis.epochs(units) - left) / step, 0, count - 1)
        else:
            places = np.linspace(0, count - 1, columns)
        if count <= columns and not axis.log:
            low = high = np.interp(places, np.arange(count), scale(inside))
            return cls(low, high, axis, left, right, cells, False)
        starts = places.astype(int) if axis.log else np.linspace(0, count, columns, endpoint=False).astype(int)
        low, high = scale(np.fmin.reduceat(inside, starts)), scale(np.fmax.reduceat(inside, starts))
        low = np.where(np.isnan(low), high, low)
        if axis.log:
            # On a logarithmic axis, the first epochs are several columns apart, so the values of the columns between them are
            # interpolated. At the right end, several epochs share a column.
            apart = np.diff(places, append=places[-1]) < 1
            between = np.interp(places[apart], np.arange(count), scale(inside))
            low[apart] = high[apart] = between
        return cls(low, high, axis, left, right, cells, not axis.log)

    def scaled(self, scale: Scale) -> Columns:
        """Return these columns after `scale`, a function that never decreases, has been applied to every value.

        If each column stands for several epochs (`reduced`), `Columns.of` returns the same columns for this `scale`.
        """
        low, high = scale(self.low), scale(self.high)
        return replace(self, low=np.where(np.isnan(low), high, low), high=high)

    def below(self, top: float) -> Columns:
        """Return these columns without their parts above `top`. A column that lies wholly above becomes NaN, a gap."""
        high = np.where(self.low <= top, np.minimum(self.high, top), np.nan)
        return replace(self, low=np.where(self.low <= top, self.low, np.nan), high=high)

    @property
    def last(self) -> float:
        """The value at the right end; for a column of several epochs, the middle between its lowest and its highest value."""
        return float(self.low[-1] + self.high[-1]) / 2

    def at(self, epoch: float) -> float:
        """Return the value of the curve at an epoch from `left` to `right`."""
        left, right = self.axis.unit(self.left), self.axis.unit(self.right)
        share = (self.axis.unit(epoch) - left) / (right - left) if right > left else 0.0
        column = round(share * (len(self.low) - 1))
        return float(self.low[column] + self.high[column]) / 2

    def dots(self, bottom: float, top: float, rows: int, dashes: tuple[int, int]) -> tuple[Values, Values]:
        """Return the Braille dots of the curve: their horizontal positions in units of the axis, and their values.

        `dashes` gives the pattern of a dashed curve: how many dots are drawn, and how many are then left out.
        """
        dot = (top - bottom) / max(rows - 1, 1) / 4
        low, high = self.low, self.high
        finite = np.isfinite(low) & np.isfinite(high)
        # In a steep part of the curve, a column of dots begins directly above or below the previous column, so that the curve has
        # no gap.
        follows = np.concatenate([[False], finite[:-1]])
        before_low, before_high = np.concatenate([[0.0], low[:-1]]), np.concatenate([[0.0], high[:-1]])
        first = np.where(follows, np.minimum(low, before_high + dot), low)[finite]
        last = np.where(follows, np.maximum(high, before_low - dot), high)[finite]
        counts = np.clip(np.rint((last - first) / dot) + 1, 1, 4 * rows).astype(int)
        column = np.repeat(np.arange(len(counts)), counts)
        drawn = np.arange(len(column))
        step = drawn - np.repeat(np.cumsum(counts) - counts, counts)
        on, off = dashes
        kept = drawn % (on + off) < on
        x = np.linspace(self.axis.unit(self.left), self.axis.unit(self.right), len(low))[finite][column]
        y = np.minimum(first[column] + step * dot, last[column])
        return x[kept], y[kept]


def _places(shares: Values, cells: int) -> Values:
    """Return the positions, in cells, at which plotext draws points. `shares` are fractions of the length of an axis.

    The axis goes from the middle of the first cell to the middle of the last cell.
    """
    first, last = 0.5 + 0.0016585662, 0.5 + 0.001516152
    return first + (cells - first - last) * shares


def _roles(line: str, roles: dict[int, str]) -> Row:
    """Return the pieces of a line of plotext's output. Each piece has a role in place of its stand-in colour."""
    row: Row = []
    role = ""
    for index, part in enumerate(_CODES.split(line)):
        if index % 2:
            if part == "0":
                role = ""
            elif part.startswith("38;5;"):
                role = roles.get(int(part[5:]), "")
        elif part:
            row.append((part, role))
    return row
