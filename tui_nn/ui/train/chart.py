"""The chart of Train: loss or accuracy over the epochs, for the live run, its branches and other runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import events
from textual.message import Message
from textual.reactive import reactive

from tui_nn.analysis.smoothing import smoothed
from tui_nn.ui.kit.plot import Axes, Columns, PlotChart, Row
from tui_nn.ui.kit.roles import BEFORE, CHANGED, FAINT, KEY, SPREAD, TEST, TEXT, TIMELINE, TRAIN, VALIDATION
from tui_nn.ui.train.chart_curves import Curves
from tui_nn.ui.train.chart_scale import Series, draw_band, draw_chance, y_axis
from tui_nn.ui.train.line_names import write_name

_CURSOR, _CHANGE, _CHANCE, _HERE = 1, 2, 4, 6
_ROLES = {
    _CURSOR: "chart--cursor",
    _CHANGE: "chart--change",
    _CHANCE: "chart--chance",
    Axes.AXIS: "chart--axis",
    _HERE: "chart--here",
    7: "chart--train",
    8: "chart--validation",
    9: "chart--test",
    10: "chart--other",
    11: "chart--before",
    12: "chart--band",
    13: "chart--band-before",
}
"""The colour role of each colour number. plotext draws words and straight lines, which have the stand-in colours 1 to 6."""
_DASHES = {"train": (1, 0), "validation": (2, 1), "test": (3, 3), "other": (1, 2), "before": (1, 4)}
"""The dash pattern of each kind of curve: the number of dots drawn, then the number of dots left out."""
_NAMED = 3
"""The largest number of curves of other branches and runs with a name on the chart. More names would cover the curves."""


class Chart(PlotChart):
    """A widget that draws `curves`: a solid line for train data, a dashed line for test data, and a dotted line with the
    word "chance" for a pure guess.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_ROLES.values(), "chart--key"}
    """The colours of the curves, the axes, and the keys on an empty chart."""

    PLAIN: ClassVar[Mapping[str, str]] = {
        "chart--train": ".", "chart--validation": "v", "chart--test": "o", "chart--other": ",",
        "chart--before": "-", "chart--band": "/", "chart--band-before": "\\",
    }  # fmt: skip

    DEFAULT_CSS = f"""
    Chart {{
        height: 1fr;
        width: 1fr;
        & > .chart--train {{ color: {TRAIN}; }}
        & > .chart--validation {{ color: {VALIDATION}; }}
        & > .chart--test {{ color: {TEST}; }}
        & > .chart--other {{ color: {FAINT}; }}
        & > .chart--before {{ color: {BEFORE}; }}
        & > .chart--band {{ color: {SPREAD}; }}
        & > .chart--band-before {{ color: {BEFORE}; }}
        & > .chart--chance {{ color: {FAINT}; }}
        & > .chart--here {{ color: {TIMELINE}; }}
        & > .chart--cursor {{ color: {TEXT}; }}
        & > .chart--change {{ color: {CHANGED.removeprefix("bold ")}; }}
        & > .chart--axis {{ color: {FAINT}; }}
        & > .chart--key {{ color: {KEY.removeprefix("bold ")}; text-style: bold; }}
    }}
    """

    class Drawn(Message):
        """This message reports that the chart was drawn, with epoch 0 `indent` columns right of its left edge."""

        def __init__(self, indent: int) -> None:
            super().__init__()
            self.indent = indent

    class Wheeled(Message):
        """This message reports that the mouse wheel was turned over an epoch: to zoom, or to pan if `pans` is True."""

        def __init__(self, epoch: float, *, back: bool, pans: bool) -> None:
            super().__init__()
            self.epoch, self.back, self.pans = epoch, back, pans

    class Pointed(Message):
        """This message reports that an epoch was clicked."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    _indent = 0

    curves: reactive[Curves | None] = reactive(None, init=False, repaint=False)
    """The newest data. The chart draws them at once, or a little later if new data come often."""

    @property
    def wanted(self) -> Curves | None:
        """Return the data that the chart draws next."""
        return self.curves

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Return the rows of the chart. A chart without any curve shows the keys that a new user needs first."""
        assert self.curves is not None
        rows, indent = draw(plotext, self.curves, width, height)
        self._indent = indent
        self.post_message(self.Drawn(indent))
        if self.curves.untrained and len(self.curves.runs) == 1 and rows:
            home = getattr(self.app, "home", None)
            _write_manual(rows, has_saved_runs=home is not None and home.has_saved_runs)
        return rows

    def watch_curves(self, before: Curves | None, curves: Curves | None) -> None:
        """Redraw the chart: at once if a person changed a choice with a key, else a little later."""
        asked = before is None or curves is None or before.asked != curves.asked
        if asked:
            self._pace.now()
        elif self._drawn[:1] != (curves,):
            self._pace.soon()

    def _epoch_at(self, x: int) -> float:
        """Return the epoch at a column of the chart."""
        assert self.curves is not None
        share = (x - self._indent) / max(self.size.width - self._indent - 1, 1)
        return self.curves.axis.at(min(max(share, 0.0), 1.0))

    def on_click(self, event: events.Click) -> None:
        """Set the value cursor."""
        if self.curves is not None:
            self.post_message(self.Pointed(round(self._epoch_at(event.x))))

    def _wheel(self, event: events.MouseEvent, *, back: bool, pans: bool) -> None:
        if self.curves is not None:
            event.stop()
            self.post_message(self.Wheeled(self._epoch_at(event.x), back=back, pans=pans))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in on the epoch under the mouse; with shift, pan to earlier epochs."""
        self._wheel(event, back=event.shift, pans=event.shift)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out; with shift, pan to later epochs."""
        self._wheel(event, back=not event.shift, pans=event.shift)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan to earlier epochs."""
        self._wheel(event, back=True, pans=True)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan to later epochs."""
        self._wheel(event, back=False, pans=True)


def draw(plotext: Any, curves: Curves, width: int, height: int) -> tuple[list[Row], int]:
    """Return the chart in `height` rows of `width` cells, and the column of epoch 0."""
    axes = Axes(plotext, width, height)
    live, others, axis = curves.live.curves, curves.others, curves.axis
    share = curves.window.smoothing
    own = {split: Series(smoothed(live.values[f"{split}_{curves.kind}"], share)) for split in live.splits}
    if (batches := curves.batches) is not None:
        own["train"] = Series(smoothed(batches.values, share), batches.first, batches.step)
    beside = [Series(smoothed(line.values, share)) for line in others]

    of_own = [series.first_columns(axis, width, curves.shown) for series in own.values()]
    of_others = [series.first_columns(axis, width, curves.shown) for series in beside]
    # If only a part of the run is shown, the vertical axis fits the losses of this part. They may be far below the loss of a pure
    # guess, so the axis need not reach that loss.
    whole = curves.window.span is None
    scale, bottom, top, ticks, labels = y_axis(curves, of_own, of_others, height - 2, with_chance=whole)
    axes.scale((bottom, top), ticks, labels, axis)

    def drawn(series: Series, columns: Columns) -> Columns:
        return series.drawn_columns(columns, axes.cells, curves.shown, scale)

    words, chance_height = draw_chance(axes, curves, scale, _CHANCE)
    if chance_height > top:
        words, chance_height = f"{words} ↑", top
    for epoch in curves.changes:
        axes.upright(epoch, _CHANGE)
    if curves.here is not None:
        axes.upright(curves.here, _HERE)
    if curves.window.cursor is not None:
        axes.upright(curves.window.cursor, _CURSOR, "│")
    for number, run in enumerate(curves.runs):
        if run.seeds is not None and (curves.split(run) if not number else "before") not in curves.hidden:
            band = run.seeds.bands[f"{curves.split(run)}_{curves.kind}"]
            smooth = (smoothed(values, share) for values in band)
            draw_band(axes, smooth, curves.shown, scale, _role("band-before" if number else "band"), rising=not number)
    heights = [drawn(series, columns) for series, columns in zip(beside, of_others, strict=True)]
    for line, columns in zip(others, heights, strict=True):
        if line.kind in curves.hidden:
            continue
        # Only the values of the live run decide the top of the axis. Larger values of other runs are not drawn.
        axes.curve(columns.below(top), _role(line.kind), _DASHES[line.kind])
    for (split, series), columns in zip(own.items(), of_own, strict=True):
        if split not in curves.hidden:
            axes.curve(drawn(series, columns), _role(split), _DASHES[split])
    axes.text(axis.end, chance_height, words, _CHANCE)
    rows = axes.rows(_ROLES)
    for line, columns in list(zip(others, heights, strict=True))[:_NAMED]:
        at = columns.last
        if math.isfinite(at) and line.kind not in curves.hidden:
            place = axes.cell(columns.right, min(at, top))
            name = f" {line.name} ↑" if at > top else f" {line.name}"
            write_name(rows, name, f"chart--{line.kind}", place, axes.indent)
    return rows, axes.indent


def _role(kind: str) -> int:
    """Return the stand-in colour (a number) of a kind of curve."""
    return next(number for number, name in _ROLES.items() if name == f"chart--{kind}")


def _write_manual(rows: list[Row], *, has_saved_runs: bool) -> None:
    """Write the keys that a user needs first, in the middle of an empty chart."""
    lines: Sequence[Row] = (
        [("Nothing trained yet.", "")],
        [],
        [("space", "chart--key"), ("  train one epoch", "")],
        [("r", "chart--key"), ("      run, and pause", "")],
        [("b", "chart--key"), ("      one batch", "")],
        [("?", "chart--key"), ("      help", "")],
        *([[("O", "chart--key"), ("      open a run", "")]] if has_saved_runs else []),
    )
    first = max(2, (len(rows) - len(lines)) // 2)
    width = sum(len(text) for text, _ in rows[0])
    longest = max(sum(len(text) for text, _ in line) for line in lines)
    margin = "  " if width >= 12 + longest + 4 else ""
    for row, line in zip(rows[first:], lines, strict=False):
        if line:
            _overlay(row, 12 if margin else max(width - longest, 0), [(margin, ""), *line, (margin, "")])


def _overlay(row: Row, start: int, line: Row) -> None:
    """Replace the cells of `row` from `start` on by `line`."""
    cells = [(character, role) for text, role in row for character in text]
    new = [(character, role) for text, role in line for character in text]
    cells[start : start + len(new)] = new
    row[:] = cells
