"""The curves of a run: loss or accuracy over epochs. The only file that knows plotext.

plotext 6.1 ends the whole process when a line holds a NaN (an abort in its C++ part), so it is given finite values only.
It draws on one global figure, in colours of its own: each thing is drawn in a stand-in colour from 1 to 6, which is read
back as a role and painted in the theme's colour.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.render.scale import epoch_end, epoch_ticks, linear_ticks, log_ticks, tick_label
from tui_nn.session.history import EpochRecord
from tui_nn.session.snapshot import BranchView
from tui_nn.ui.pace import Pace

_ROLES = {
    1: "loss-chart--train",
    2: "loss-chart--test",
    3: "loss-chart--other",
    4: "loss-chart--chance",
    5: "loss-chart--axis",
    6: "loss-chart--here",
}
_CODES = re.compile(r"\x1b\[([0-9;]*)m")
_NAMED = 3
"""Of so many other branches the names are written into the chart: more would cover it."""
_LARGEST = 1e30
"""Values are drawn up to this: a loss beyond it says no more."""

Row = list[tuple[str, str]]
"""Characters of a row with their roles; the role "" is plain text."""


@dataclass(frozen=True, slots=True)
class Curves:
    """What is drawn."""

    records: tuple[EpochRecord, ...]
    kind: str
    """"loss" or "accuracy"."""
    log: bool
    plan: int
    """Epochs that are planned: the axis does not end beyond."""
    chance: float
    """The loss of guessing; the accuracy of guessing is 1/10."""
    untrained: bool = False
    """Whether nothing has been trained: the chart then names the first keys."""
    here: int | None = None
    """The epoch that is shown, while looking back."""
    others: tuple[BranchView, ...] = ()
    """The other branches."""

    @property
    def asked(self) -> tuple[object, ...]:
        """What changes only when somebody has pressed a key."""
        return self.kind, self.log, self.here, len(self.others)


class LossChart(Widget):
    """Draws `curves` as large as it is: train as a solid line, test as a dashed one, chance as dots with its name."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "loss-chart--train",
        "loss-chart--test",
        "loss-chart--other",
        "loss-chart--chance",
        "loss-chart--axis",
        "loss-chart--here",
        "loss-chart--key",
    }
    """Colours of the curves, the axes, and the keys that an empty chart names."""

    DEFAULT_CSS = """
    LossChart {
        height: 1fr;
        width: 1fr;
        & > .loss-chart--train { color: $text-accent; }
        & > .loss-chart--test { color: $text-primary; }
        & > .loss-chart--other { color: $foreground 50%; }
        & > .loss-chart--chance { color: $foreground 50%; }
        & > .loss-chart--here { color: $text-primary; }
        & > .loss-chart--axis { color: $foreground 50%; }
        & > .loss-chart--key { color: $text-accent; text-style: bold; }
    }
    """

    class Drawn(Message):
        """The chart was drawn, with epoch 0 this many columns from its left edge."""

        def __init__(self, indent: int) -> None:
            super().__init__()
            self.indent = indent

    curves: reactive[Curves | None] = reactive(None, init=False, repaint=False)
    """The newest data; drawn at once, or a little later if it comes often."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._drawn: tuple[object, ...] = ()
        self._plotext: Any = None
        self._missing = False
        self._pace = Pace(self, self._draw)

    async def on_mount(self) -> None:
        """Fetch plotext beside the loop: its import takes a quarter of a second, and the first paint must not wait."""
        self.run_worker(self._fetch(), exclusive=True)

    async def _fetch(self) -> None:
        try:
            self._plotext = await asyncio.to_thread(_import_plotext)
        except Exception:
            # No wheel for this machine, or a broken one: the numbers beside the chart say the same.
            self._missing = True
        self._pace.now()

    def watch_curves(self, before: Curves | None, curves: Curves | None) -> None:
        """Draw, unless it has just been done; then the newest is drawn when the rest is over.

        Another kind of chart is drawn at once: somebody has pressed a key and waits.
        """
        asked = before is None or curves is None or before.asked != curves.asked
        if asked:
            self._pace.now()
        elif self._drawn[:1] != (curves,):
            self._pace.soon()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._pace.now()

    def _draw(self) -> None:
        curves, (width, height) = self.curves, self.size
        wanted = (curves, width, height, self._plotext is not None, self._missing)
        if wanted == self._drawn or curves is None or width < 20 or height < 5:
            return
        self._drawn = wanted
        if self._plotext is not None:
            self._rows, indent = draw(self._plotext, curves, width, height)
            self.post_message(self.Drawn(indent))
        elif self._missing:
            self._rows = [[("plotext cannot be loaded here: no chart", "")]]
        if curves.untrained and self._rows:
            _write_manual(self._rows)
        self.refresh()

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting or not (self._plotext or self._missing)

    def render_line(self, y: int) -> Strip:
        """One row, from what was drawn last."""
        if y >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        styles: dict[str, Style] = {"": self.rich_style}
        for role in self.COMPONENT_CLASSES:
            styles[role] = self.get_component_rich_style(role)
        segments = [Segment(text, styles[role]) for text, role in self._rows[y]]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


def _import_plotext() -> Any:
    import plotext

    return plotext


def draw(plotext: Any, curves: Curves, width: int, height: int) -> tuple[list[Row], int]:
    """The chart in `height` rows of `width` cells, and the cell in which epoch 0 is."""
    figure = plotext.figure
    figure.clear()
    # Without this a chart is cut to the size that the terminal had when plotext was imported.
    plotext.terminal.limit(False, False)
    figure.plot_size(width, height)
    figure.canvas("default")
    axis = _pixel(plotext, 5)
    figure.axes(True, pixel=axis)
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")

    newest = max([len(curves.records) - 1, *(branch.newest_epoch for branch in curves.others)])
    end = epoch_end(newest, curves.plan)
    train, test = _values(curves, "train"), _values(curves, "test")
    scale, bottom, top, ticks, labels = _y_axis(curves, train, test, height - 2)
    indent = max(map(len, labels)) + 1
    cells = width - indent
    below = epoch_ticks(end, cells)
    for name, side, low, high, positions, words in (
        ("y", "left", bottom, top, ticks, labels),
        ("x", "lower", 0, end, below, [str(tick) for tick in below]),
    ):
        ruler = figure.ruler(name, side)
        ruler.pixel(axis)
        ruler.lim(low, high)
        ruler.ticks(positions, words)

    name = _draw_chance(plotext, figure, curves, scale, end, cells)
    if curves.here is not None:
        marker = plotext.marker("┊", _pixel(plotext, 6))
        figure.draw(
            figure.signal([curves.here] * (height - 2), np.linspace(bottom, top, height - 2).tolist(), marker=marker)
        )
    others = [(branch, _branch_values(curves, branch)) for branch in curves.others]
    lines = [*((values, 3, (1, 2)) for _, values in others), (train, 1, (1, 0)), (test, 2, (3, 3))]
    for values, role, dashes in lines:
        x, y = _dots(scale(values), end, cells, bottom, top, height - 2, dashes)
        if len(x):
            marker = plotext.marker("braille", _pixel(plotext, role))
            figure.draw(figure.signal(x.tolist(), y.tolist(), marker=marker))
    # Last: a name that a curve runs through could not be read.
    for branch, values in others[:_NAMED]:
        at = min(max(float(scale(values)[-1]), bottom), top)
        if math.isfinite(at):
            label = plotext.colorize(f" {branch.name}", _pixel(plotext, 3))
            figure.draw(figure.text(branch.newest_epoch, at, label, alignment="right"))
    figure.draw(name)
    rows = [_roles(line) for line in figure.build().string().splitlines()]
    return rows[:height], indent


def _pixel(plotext: Any, colour: int) -> Any:
    return plotext.pixel(foreground=colour, background="default")


def _values(curves: Curves, split: str) -> NDArray[np.float64]:
    values = np.array([getattr(record, f"{split}_{curves.kind}") for record in curves.records], dtype=np.float64)
    if curves.kind == "accuracy":
        values = np.clip(values, 0, 1) * 100
    capped: NDArray[np.float64] = np.minimum(values, _LARGEST)
    return capped


def _branch_values(curves: Curves, branch: BranchView) -> NDArray[np.float64]:
    """The test values of another branch by epoch, NaN where it is not a way of its own."""
    column = 2 if curves.kind == "loss" else 3
    values = np.full(branch.newest_epoch + 1, np.nan)
    own = np.array([row[column] for row in branch.scores], dtype=np.float64)
    values[branch.fork[0] :] = np.clip(own, 0, 1) * 100 if curves.kind == "accuracy" else np.minimum(own, _LARGEST)
    return values


def _y_axis(
    curves: Curves, train: NDArray[np.float64], test: NDArray[np.float64], rows: int
) -> tuple[Any, float, float, list[float], list[str]]:
    """(values -> axis units, bottom, top, ticks, their labels). A log axis is in powers of 10: plotext's own is misplaced."""
    both = np.concatenate([train, test])
    both = both[np.isfinite(both)]
    if curves.kind == "accuracy":
        _, ticks = linear_ticks(100.0, rows)
        return (
            (lambda values: values),
            0.0,
            100.0,
            [t for t in ticks if t <= 100],
            [f"{t:.0f}" for t in ticks if t <= 100],
        )
    need = max([curves.chance * 1.04, *both.tolist()])
    if not curves.log:
        top, ticks = linear_ticks(need, rows)
        return (lambda values: values), 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    positive = both[both > 0]
    low = max(float(positive.min()) * 0.9 if positive.size else 0.1, 1e-9)
    marks = log_ticks(low, need * 1.05) or [low, need]

    def scale(values: NDArray[np.float64]) -> NDArray[np.float64]:
        logs: NDArray[np.float64] = np.log10(np.maximum(values, low))
        return logs

    return (
        scale,
        math.log10(low),
        math.log10(need * 1.05),
        [math.log10(mark) for mark in marks],
        [tick_label(mark) for mark in marks],
    )


def _draw_chance(plotext: Any, figure: Any, curves: Curves, scale: Any, end: int, cells: int) -> Any:
    """Draw the line of guessing; its name is left to be drawn."""
    if curves.kind == "accuracy":
        value, name = 10.0, " chance: 10 %"
    else:
        ln = "ln 10 = " if math.isclose(curves.chance, math.log(10)) else ""
        value, name = curves.chance, f" chance: {ln}{curves.chance:.3f}"
    height = float(scale(np.array([value]))[0])
    pixel = _pixel(plotext, 4)
    across = np.linspace(0, end, cells).tolist()
    figure.draw(figure.signal(across, [height] * cells, marker=plotext.marker("┈", pixel)))
    return figure.text(end, height, plotext.colorize(name, pixel), alignment="right")


def _dots(
    values: NDArray[np.float64],
    end: int,
    cells: int,
    bottom: float,
    top: float,
    rows: int,
    dashes: tuple[int, int] = (1, 0),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A curve as braille dots: in every dot column all that it passes there; `dashes` are dots drawn and dots left out.

    The values are one an epoch from 0. What is not finite leaves a gap. Where there are more epochs than dot columns, a
    column goes from the lowest to the highest of its epochs, so that no spike is lost.
    """
    newest = len(values) - 1
    columns = max(2, round(newest / end * (cells - 1) * 2) + 1) if newest else 1
    at = np.linspace(0, newest, columns)
    if newest < columns:
        low = high = np.interp(at, np.arange(newest + 1), values)
    else:
        starts = np.linspace(0, newest + 1, columns, endpoint=False).astype(int)
        low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    on, off = dashes
    dot = (top - bottom) / max(rows - 1, 1) / 4
    xs: list[float] = []
    ys: list[float] = []
    before: tuple[float, float] | None = None
    drawn = 0
    for x, lowest, highest in zip(at.tolist(), low.tolist(), high.tolist(), strict=True):
        if not (math.isfinite(lowest) and math.isfinite(highest)):
            before = None
            continue
        # A steep part is filled up from the column before, but for the dot that is there.
        first = min(lowest, before[1] + dot) if before else lowest
        last = max(highest, before[0] - dot) if before else highest
        before = lowest, highest
        for step in range(max(1, min(4 * rows, round((last - first) / dot) + 1))):
            drawn += 1
            if (drawn - 1) % (on + off) < on:
                xs.append(x)
                ys.append(min(first + step * dot, last))
    return np.array(xs), np.array(ys)


def _roles(line: str) -> Row:
    """The text of a line with the roles its colours stand for."""
    row: Row = []
    role = ""
    for index, part in enumerate(_CODES.split(line)):
        if index % 2:
            if part == "0":
                role = ""
            elif part.startswith("38;5;"):
                role = _ROLES.get(int(part[5:]), "")
        elif part:
            row.append((part, role))
    return row


def _write_manual(rows: list[Row]) -> None:
    """Write the first four keys over an empty chart, in its middle."""
    lines: Sequence[Row] = (
        [("Nothing trained yet.", "")],
        [],
        [("space", "loss-chart--key"), ("  train one epoch", "")],
        [("r", "loss-chart--key"), ("      run, and pause", "")],
        [("b", "loss-chart--key"), ("      one batch", "")],
        [("?", "loss-chart--key"), ("      help", "")],
    )
    first = max(2, (len(rows) - len(lines)) // 2)
    for row, line in zip(rows[first:], lines, strict=False):
        if line:
            _overlay(row, 14, line)


def _overlay(row: Row, start: int, line: Row) -> None:
    """Put `line` into `row` at cell `start`."""
    cells = [(character, role) for text, role in row for character in text]
    new = [(character, role) for text, role in line for character in text]
    cells[start : start + len(new)] = new
    row[:] = cells
