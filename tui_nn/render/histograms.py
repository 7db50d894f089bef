"""Histograms as text: bars with eight heights for each cell, marks for an earlier histogram, and an axis that ends at
round numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.histogram import histogram, histogram_range, sample
from tui_nn.analysis.statistics import Summary
from tui_nn.render.bars import columns
from tui_nn.render.layer_sentences import whole_percent
from tui_nn.render.numbers import MINUS

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_DRAWN = 60_000
"""The largest number of values that a histogram uses. More values would look the same but take too long after a key press."""

USUAL_HEIGHT = "square root of share"

HEIGHTS: dict[str, Callable[[NDArray[np.int64]], NDArray[np.float64]]] = {
    USUAL_HEIGHT: lambda counts: np.sqrt(counts),
    "share": lambda counts: counts.astype(np.float64),
    "log of count": lambda counts: np.log1p(counts),
}
"""The functions that turn counts into heights of bars.

With the square root, bars of rare values are visible, and bars of different counts look different.
"""


@dataclass(frozen=True, slots=True)
class HistogramText:
    """A histogram as rows of text."""

    bars: tuple[str, ...]
    """The rows, from the top."""
    marks: tuple[int | None, ...]
    """For each column, the row with the mark of the earlier histogram; None if the earlier histogram has no value there."""
    axis: str
    labels: str


def histogram_text(
    now: Summary, start: Summary | None, width: int, height: int, scale: str = USUAL_HEIGHT
) -> HistogramText | None:
    """Return a histogram with the values of `now` as bars and those of `start` as marks, on the same axes.

    The result is None if `now` has no finite value other than 0.

    Args:
        now: the values of the bars.
        start: the values of the marks.
        width: the width in cells, even and at least 8.
        height: the number of rows.
        scale: a name in `HEIGHTS`.
    """
    if (edges := histogram_range(now.values)) is None:
        return None
    if start is not None:
        edges = histogram_range(now.values, start.values) or edges
    low, high = (round_away(edge) for edge in edges)
    cells = cells_a_bin(round((1 - now.zeros) * now.values.size), width, low < 0 < high)

    def heights(summary: Summary) -> NDArray[np.float64]:
        return np.repeat(
            HEIGHTS[scale](histogram(sample(summary.values, _DRAWN), low, high, width // cells).counts), cells
        )

    bars, other = heights(now), np.zeros(0) if start is None else heights(start)
    top = max(bars.max(), other.max(initial=0.0))
    # A last column of full height gives the bars and the marks the same scale. It is removed again below.
    rows = tuple(row[:-1] for row in columns([*bars.tolist(), float(top)], height))
    marks = tuple(_mark_row(float(value / top), height) if value > 0 else None for value in other)
    return HistogramText(
        rows, marks or (None,) * width, axis_line(low, high, width), axis_labels(low, high, now.zeros, width)
    )


def cells_a_bin(values: int, width: int, both_signs: bool) -> int:
    """Return the width of a histogram bin in cells: 1 for many values, and more for few values.

    Few values in thin bins would leave gaps, and the bars would look like a comb.

    The bins fill the width. If there are values of both signs, 0 lies between two bins.
    """
    most = max(10, round(3 * math.sqrt(values)))
    fitting = (
        cells for cells in range(1, width // 4) if width % cells == 0 and not (both_signs and width // cells % 2)
    )
    return next((cells for cells in fitting if width // cells <= most), 1)


def _mark_row(share: float, height: int) -> int:
    # Marks are rounded in the same way as bars, so that equal heights are in the same row.
    return height - math.ceil(max(1, round(share * height * 8)) / 8)


def round_away(value: float) -> float:
    """Return the next round number away from 0: 0.37 becomes 0.4, −0.011 becomes −0.015."""
    if value == 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(value)))
    size = next((mantissa for mantissa in _ROUND if mantissa * power >= abs(value) * (1 - 1e-9)), 10.0) * power
    return math.copysign(float(f"{size:.2g}"), value)


def axis_line(low: float, high: float, width: int) -> str:
    """Return a horizontal axis as text. It has a mark at 0 if 0 is between `low` and `high`."""
    return "─" * (width // 2) + "┼" + "─" * (width - width // 2 - 1) if low < 0 < high else "─" * width


def axis_labels(low: float, high: float, zeros: float, width: int) -> str:
    """Return labels for both ends of the axis and for 0, and the share `zeros` of exact zeros, which have no bar."""
    left, right = end_label(low), end_label(high)
    share = whole_percent(zeros)
    words = [f"0 ({share} of values, no bar)", f"0 ({share}, no bar)", f"0 ({share})"] if zeros else []
    for zero in (*words, "0"):
        if low < 0 < high:
            start = width // 2 - (len(zero) // 2 if len(zero) > 1 else 0)
            text = left.ljust(start) + zero
            fits = len(left) < start
        elif low == 0:
            text, fits = zero, True
        else:
            text, right, fits = left, zero, True
        if fits and len(text) + 1 + len(right) <= width:
            return text + right.rjust(width - len(text))
    return left + right.rjust(width - len(left))


def end_label(value: float) -> str:
    """Return a round number in as few characters as possible, such as "4", "0.015" or "−1e−5"."""
    text = f"{value:g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)
