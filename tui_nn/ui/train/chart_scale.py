"""The scale of the charts of Train: the axis for losses or accuracies, with the curves, the bands and the line of chance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_nn.render.scale import EpochAxis, linear_ticks, log_ticks, tick_label
from tui_nn.ui.kit.plot import Axes, Columns, Scale

_LARGEST = 1e30
"""The largest value on the chart. A larger one is drawn at this height."""


def shown_values(kind: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return losses or accuracies as charts draw them: losses up to `_LARGEST`, accuracies in percent."""
    shown: NDArray[np.float64] = np.clip(values, 0, 1) * 100 if kind == "accuracy" else np.minimum(values, _LARGEST)
    return shown


class Axis(Protocol):
    """The values that decide the axis of a chart."""

    @property
    def kind(self) -> str:
        """ "loss" or "accuracy"."""

    @property
    def log(self) -> bool:
        """True if the axis of the loss is logarithmic."""

    @property
    def chance(self) -> float:
        """The loss of a pure guess."""

    @property
    def classes(self) -> int:
        """The number of classes."""


def y_axis(
    curves: Axis, own: Sequence[Columns], others: Sequence[Columns], rows: int, *, with_chance: bool = True
) -> tuple[Any, float, float, list[float], list[str]]:
    """Return the vertical axis: a function from values to axis units, the bottom, the top, the ticks and their labels.

    The top fits the highest value of the curves `own`. If `with_chance` is true, it also fits the loss of a pure guess. A
    logarithmic axis begins below the lowest positive value of all curves, and its function returns NaN for values below the axis.
    The units of this axis are exponents of 10, because plotext places its own logarithmic ticks wrongly.
    """
    highest = np.concatenate([columns.high for columns in own])
    finite = highest[np.isfinite(highest)]
    if curves.kind == "accuracy":
        ticks = [tick for tick in linear_ticks(100.0, rows)[1] if tick <= 100]
        return (lambda values: values), 0.0, 100.0, ticks, [f"{tick:.0f}" for tick in ticks]
    need = (
        max([curves.chance * 1.04, *finite.tolist()]) if with_chance or not finite.size else float(finite.max()) * 1.04
    )
    need = max(need, 1e-6)
    if not curves.log:
        top, ticks = linear_ticks(need, rows)
        return (lambda values: values), 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    everything = np.concatenate([columns.low for columns in (*own, *others)])
    positive = everything[np.isfinite(everything) & (everything > 0)]
    low = max(float(positive.min()) * 0.9 if positive.size else 0.1, 1e-9)
    marks = log_ticks(low, need * 1.05, rows) or [low, need]

    def scale(values: NDArray[np.float64]) -> NDArray[np.float64]:
        logs: NDArray[np.float64] = np.log10(np.where(values >= low, values, np.nan))
        return logs

    heights = [math.log10(mark) for mark in marks]
    return scale, math.log10(low), math.log10(need * 1.05), heights, [tick_label(mark) for mark in marks]


def draw_chance(axes: Axes, curves: Axis, scale: Any, colour: int) -> tuple[str, float]:
    """Draw the line of a pure guess. Return its name, which the caller writes later, and its height in axis units."""
    if curves.kind == "accuracy":
        value = 100 / curves.classes
        name = f" chance: {value:.3g} %"
    else:
        value = curves.chance
        ln = f"ln {curves.classes} = " if math.isclose(value, math.log(curves.classes)) else ""
        name = f" chance: {ln}{value:.3f}"
    height = float(scale(np.array([value]))[0])
    if height <= axes.top:
        axes.across(height, colour)
    return name, height


_INDENT = 4
"""The usual number of cells for the labels of the vertical axis, such as "0.5", and for the axis itself."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve for a chart: its values, and the epochs to which they belong."""

    values: NDArray[np.float64]
    first: float = 0.0
    """The epoch of the first value."""
    step: float = 1.0
    """The number of epochs from one value to the next."""

    def first_columns(self, axis: EpochAxis, width: int, shown: Scale) -> Columns:
        """Return the columns of a chart of `width` cells. `y_axis` needs them in order to choose the vertical axis."""
        return Columns.of(self.values, axis, width - _INDENT, shown, self.first, self.step)

    def drawn_columns(self, first: Columns, cells: int, shown: Scale, scale: Scale) -> Columns:
        """Return the columns to draw on an axis of `cells` cells. If `first` has this width, its columns are used again, so that a
        long curve is read only once.
        """
        if first.reduced and first.cells == cells:
            return first.scaled(scale)
        return Columns.of(self.values, first.axis, cells, lambda some: scale(shown(some)), self.first, self.step)


def draw_band(
    axes: Axes, band: Iterable[NDArray[np.float64]], shown: Scale, scale: Scale, colour: int, *, rising: bool
) -> None:
    """Hatch the area between two curves. `band` contains the lower curve, then the upper curve."""
    low, high = (Columns.of(values, axes.axis, axes.cells, lambda some: scale(shown(some))) for values in band)
    axes.band(replace(low, high=high.high), colour, rising=rising)
