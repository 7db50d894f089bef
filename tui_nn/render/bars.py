"""Bars in eighths of a cell, for probabilities and histograms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


def bar(share: float, width: int) -> str:
    """Return a bar from the left that fills a share, 0 to 1, of `width` cells. Any share above 0 is visible."""
    if not share > 0:
        return " " * width
    eighths = max(1, round(min(share, 1.0) * width * 8))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_ACROSS[rest] if rest else "")).ljust(width)


def thin_bar(share: float, width: int) -> str:
    """Return a line that fills a share of a dotted line, in half cells: "━━━╸╌╌"."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2) if share == share else 0
    full, rest = divmod(halves, 2)
    return ("━" * full + "╸" * rest).ljust(width, "╌")


def columns(values: Sequence[float], height: int) -> list[str]:
    """Return upright bars, one cell wide, as rows from the top. The tallest has `height` rows; any value above 0 is visible."""
    top = max(values, default=0)
    if not top > 0:
        return [" " * len(values)] * height
    eighths = [max(1, round(value / top * height * 8)) if value > 0 else 0 for value in values]
    return ["".join(_UP[min(max(level - 8 * row, 0), 8)] for level in eighths) for row in range(height - 1, -1, -1)]


def signed_bar(share: float, half: int) -> tuple[int, int]:
    """Return how many cells a bar takes to the left and to the right of a middle line.

    `share`, −1 to 1, gives the side and the part of `half` cells. Any share other than 0 is visible.
    """
    if share == 0 or share != share:
        return 0, 0
    cells = max(1, round(min(abs(share), 1.0) * half))
    return (cells, 0) if share < 0 else (0, cells)


def sparkline(values: Sequence[float], width: int) -> str:
    """Return values over time as heights, one cell each. More values than `width` are averaged in groups.

    The largest value has full height. NaN is a blank, infinity a "×", and any other value is visible.
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
