"""The curves of a run: loss or accuracy over epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from textual.message import Message
from textual.reactive import reactive

from tui_nn.render.scale import epoch_end, epoch_ticks, linear_ticks, log_ticks, tick_label
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.timeline import Branch
from tui_nn.ui.kit.plot import Axes, PlotChart, Row
from tui_nn.ui.train.branch_names import write_name

_ROLES = {
    1: "loss-chart--train",
    2: "loss-chart--test",
    3: "loss-chart--other",
    4: "loss-chart--chance",
    5: "loss-chart--axis",
    6: "loss-chart--here",
}
_NAMED = 3
"""Of so many other branches the names are written into the chart: more would cover it."""
_LARGEST = 1e30
"""Values are drawn up to this: a loss beyond it says no more."""


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
    others: tuple[Branch, ...] = ()
    """The other branches."""

    @property
    def asked(self) -> tuple[object, ...]:
        """What changes only when somebody has pressed a key."""
        return self.kind, self.log, self.here, len(self.others)


class LossChart(PlotChart):
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

    PLAIN: ClassVar[Mapping[str, str]] = {"loss-chart--train": ".", "loss-chart--test": "o", "loss-chart--other": ","}

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

    @property
    def wanted(self) -> Curves | None:
        """The newest data."""
        return self.curves

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """The curves, or over an empty chart the first keys."""
        assert self.curves is not None
        rows, indent = draw(plotext, self.curves, width, height)
        self.post_message(self.Drawn(indent))
        if self.curves.untrained and rows:
            _write_manual(rows)
        return rows

    def watch_curves(self, before: Curves | None, curves: Curves | None) -> None:
        """Draw, unless it has just been done; then the newest is drawn when the rest is over.

        Another kind of chart is drawn at once: somebody has pressed a key and waits.
        """
        asked = before is None or curves is None or before.asked != curves.asked
        if asked:
            self._pace.now()
        elif self._drawn[:1] != (curves,):
            self._pace.soon()


def draw(plotext: Any, curves: Curves, width: int, height: int) -> tuple[list[Row], int]:
    """The chart in `height` rows of `width` cells, and the cell in which epoch 0 is."""
    axes = Axes(plotext, width, height)
    newest = max([len(curves.records) - 1, *(branch.newest_epoch for branch in curves.others)])
    end = epoch_end(newest, curves.plan)
    train, test = (_values(curves.records, curves.kind, split) for split in ("train", "test"))
    scale, bottom, top, ticks, labels = _y_axis(curves, train, test, height - 2)
    axes.scale((bottom, top), ticks, labels, end)
    axes.epochs(epoch_ticks(end, axes.cells))

    words, height_of_chance = _draw_chance(axes, curves, scale)
    if curves.here is not None:
        axes.upright(curves.here, 6)
    others = [(branch, _branch_values(curves, branch)) for branch in curves.others]
    lines = [*((values, 3, (1, 2)) for _, values in others), (train, 1, (1, 0)), (test, 2, (3, 3))]
    for values, role, dashes in lines:
        axes.curve(scale(values), role, dashes)
    axes.text(end, height_of_chance, words, 4)
    rows = axes.rows(_ROLES)
    for branch, values in others[:_NAMED]:
        at = min(max(float(scale(values)[-1]), bottom), top)
        if math.isfinite(at):
            place = axes.cell(branch.newest_epoch, at)
            write_name(rows, f" {branch.name}", _ROLES[3], place, axes.indent)
    return rows, axes.indent


def _values(records: Sequence[EpochRecord], kind: str, split: str) -> NDArray[np.float64]:
    values = np.array([getattr(record, f"{split}_{kind}") for record in records], dtype=np.float64)
    if kind == "accuracy":
        values = np.clip(values, 0, 1) * 100
    capped: NDArray[np.float64] = np.minimum(values, _LARGEST)
    return capped


def _branch_values(curves: Curves, branch: Branch) -> NDArray[np.float64]:
    """The test values of another branch by epoch, NaN where it is not a way of its own."""
    values = _values(branch.history.records, curves.kind, "test")
    values[: branch.fork[0]] = np.nan
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
    marks = log_ticks(low, need * 1.05, rows) or [low, need]

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


def _draw_chance(axes: Axes, curves: Curves, scale: Any) -> tuple[str, float]:
    """Draw the line of guessing; its name is left to be written, at the end of the line."""
    if curves.kind == "accuracy":
        value, name = 10.0, " chance: 10 %"
    else:
        ln = "ln 10 = " if math.isclose(curves.chance, math.log(10)) else ""
        value, name = curves.chance, f" chance: {ln}{curves.chance:.3f}"
    height = float(scale(np.array([value]))[0])
    axes.across(height, 4)
    return name, height


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
            _overlay(row, 12, [("  ", ""), *line, ("  ", "")])


def _overlay(row: Row, start: int, line: Row) -> None:
    """Put `line` into `row` at cell `start`."""
    cells = [(character, role) for text, role in row for character in text]
    new = [(character, role) for text, role in line for character in text]
    cells[start : start + len(new)] = new
    row[:] = cells
