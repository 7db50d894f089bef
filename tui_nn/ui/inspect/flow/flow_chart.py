"""One figure of every layer over the epochs: a line a layer, with its number at the end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.reactive import reactive

from tui_nn.render.scale import epoch_end, epoch_ticks, linear_ticks, log_ticks, tick_label
from tui_nn.ui.kit.plot import Axes, PlotChart, Row, Values

_ROLES = {1: "flow-chart--chosen", 2: "flow-chart--line", 5: "flow-chart--axis", 6: "flow-chart--here"}
_DASHES = ((1, 0), (4, 2), (2, 2), (1, 2), (1, 4))
"""Of the lines, the first layer's first: they are told apart without colour too."""
_NARROWEST = 2.0
"""Decades that a log axis has at least: less would make waves of what is flat."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is drawn."""

    title: str
    lines: tuple[tuple[float, ...], ...]
    """A line a layer, the first layer's first; a value an epoch from 0, NaN where it is not known."""
    log: bool
    """Whether the axis is in powers of ten; else it begins at 0."""
    plan: int
    """Epochs that are planned."""
    chosen: int = 0
    """The layer whose line is drawn in the accent's colour."""
    here: int | None = None
    """The epoch that is shown, while looking back."""


class FlowChart(PlotChart):
    """Draws `flow` as large as it is, below a row with its title."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_ROLES.values(), "flow-chart--title"}
    """Colours of the chosen layer's line, the other lines, axes, and the title."""

    PLAIN: ClassVar[Mapping[str, str]] = {"flow-chart--chosen": "#"}

    DEFAULT_CSS = """
    FlowChart {
        height: 1fr;
        width: 1fr;
        & > .flow-chart--chosen { color: $text-accent; }
        & > .flow-chart--line { color: $text-primary; }
        & > .flow-chart--here { color: $text-primary; }
        & > .flow-chart--axis { color: $foreground 50%; }
        & > .flow-chart--title { color: $text-primary; text-style: bold; }
    }
    """

    flow: reactive[Flow | None] = reactive(None, init=False, repaint=False)
    """The newest data; its view sees to the pace."""

    @property
    def wanted(self) -> Flow | None:
        """The newest data."""
        return self.flow

    def watch_flow(self) -> None:
        """Draw it."""
        self._pace.now()

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Title and chart."""
        assert self.flow is not None
        return [
            [(self.flow.title[:width], "flow-chart--title")],
            *draw_flow(plotext, self.flow, width, height - 1),
        ]


def draw_flow(plotext: Any, flow: Flow, width: int, height: int) -> list[Row]:
    """The chart in `height` rows of `width` cells; words in their place where no epoch has a number."""
    lines = [_values(line, log=flow.log) for line in flow.lines]
    known = np.concatenate([line[np.isfinite(line)] for line in lines]) if lines else np.empty(0)
    if not known.size:
        words = "a line begins with the first epoch" if not _any_zero(flow) else "0 in every epoch"
        return [[("", "")]] * (height // 2) + [[(words.center(width)[:width], "flow-chart--axis")]]
    axes = Axes(plotext, width, height)
    low, high, ticks, labels = _axis(known, flow.log, height - 2)
    end = epoch_end(max(map(len, lines)) - 1, flow.plan)
    axes.scale((low, high), ticks, labels, end)
    axes.epochs(epoch_ticks(end, axes.cells))
    if flow.here is not None:
        axes.upright(flow.here, 6)
    order = sorted(range(len(lines)), key=lambda number: number == flow.chosen)
    for number in order:
        axes.curve(lines[number], 1 if number == flow.chosen else 2, _DASHES[number % len(_DASHES)])
    for number in order:
        last = np.flatnonzero(np.isfinite(lines[number]))
        if last.size:
            # Beside the line's end, not on it; at the right edge before it.
            at = min(int(last[-1]) + max(1, round(2 * end / axes.cells)), end)
            axes.text(at, float(lines[number][last[-1]]), str(number), 1 if number == flow.chosen else 2)
    return axes.rows(_ROLES)


def _values(line: tuple[float, ...], *, log: bool) -> Values:
    values = np.array(line, dtype=np.float64)
    if not log:
        return values
    with np.errstate(all="ignore"):
        logs: Values = np.log10(values)
    logs[~np.isfinite(logs)] = np.nan
    return logs


def _any_zero(flow: Flow) -> bool:
    return any(value == 0 for line in flow.lines for value in line)


def _axis(known: Values, log: bool, rows: int) -> tuple[float, float, list[float], list[str]]:
    """From, to, ticks and their labels, in axis units."""
    if not log:
        top, ticks = linear_ticks(max(float(known.max()), 1e-3) * 1.02, rows)
        return 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    low, high = float(known.min()) - 0.1, float(known.max()) + 0.1
    if high - low < _NARROWEST:
        low = high - _NARROWEST
    # Few enough decades to be written one above the other.
    every = max(1, math.ceil((high - low) / max(rows // 2, 2)))
    decades = [power for power in range(math.ceil(low), math.floor(high) + 1) if power % every == 0]
    if len(decades) < 2:
        marks = log_ticks(10**low, 10**high, rows)
        return low, high, [math.log10(mark) for mark in marks], [f"{mark:.0e}".replace("e-0", "e−") for mark in marks]
    return low, high, [float(power) for power in decades], [f"1e{power}".replace("-", "−") for power in decades]
