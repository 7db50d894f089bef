"""Bars in eighths of a cell, for probabilities and histograms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


def bar(share: float, width: int) -> str:
    """Return a text of `width` cells with a bar at its left. The bar fills the part `share` (0 to 1) of the width.

    Any share above 0 is visible.
    """
    if not share > 0:
        return " " * width
    eighths = max(1, round(min(share, 1.0) * width * 8))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_ACROSS[rest] if rest else "")).ljust(width)


def thin_bar(share: float, width: int) -> str:
    """Return a line of `width` cells whose left part, the share, is solid and whose rest is dotted, such as "━━━╸╌╌"."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2) if share == share else 0
    full, rest = divmod(halves, 2)
    return ("━" * full + "╸" * rest).ljust(width, "╌")


def columns(values: Sequence[float], height: int) -> list[str]:
    """Return a bar chart as rows of text from the top. Each bar is one cell wide. The largest value has `height` rows.

    Any value above 0 is visible.
    """
    top = max(values, default=0)
    if not top > 0:
        return [" " * len(values)] * height
    eighths = [max(1, round(value / top * height * 8)) if value > 0 else 0 for value in values]
    return ["".join(_UP[min(max(level - 8 * row, 0), 8)] for level in eighths) for row in range(height - 1, -1, -1)]


def signed_bar(share: float, half: int) -> tuple[int, int]:
    """Return (cells to the left, cells to the right) of a bar that begins at a middle line.

    `share`, −1 to 1, gives the side and the part of `half` cells. Any share other than 0 is visible.
    """
    if share == 0 or share != share:
        return 0, 0
    cells = max(1, round(min(abs(share), 1.0) * half))
    return (cells, 0) if share < 0 else (0, cells)


def sparkline(values: Sequence[float], width: int) -> str:
    """Return a sparkline: one character for each value, whose height shows the value.

    If there are more values than `width`, neighbouring values are averaged. The largest value has full height. NaN is a blank,
    infinity a "×", and any other value is visible.
    """
    if len(values) > width:
        ends = [round(cell * len(values) / width) for cell in range(width + 1)]
        values = [_mean(values[start:end]) for start, end in pairwise(ends)]
    top = max((value for value in values if math.isfinite(value)), default=0.0)
    return "".join(_height(value, top) for value in values)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _height(value: float, top: float) -> str:
    if math.isnan(value):
        return " "
    if math.isinf(value):
        return "×"
    return _UP[min(max(1, math.ceil(value / top * 8)), 8)] if top > 0 else _UP[1]
