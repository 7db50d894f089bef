"""A heat map as text: each cell has a shade and its number, so that it can be read without the shades."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import percent

_SHADES = "░▒▓█"
_CELL = 12
_WIDTH = 80


def heat_map(rows: Sequence[str], columns: Sequence[str], shares: Sequence[Sequence[float]]) -> list[str]:
    """Return lines of text for a table of shares, with the names of its rows and columns. "*" marks the highest share.

    `shares` has one sequence for each row; NaN is shown as "–". Columns that do not fit into 80 cells follow below.
    """
    known = [share for line in shares for share in line if not math.isnan(share)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    side = max(map(cells_of, rows)) + 2
    cell = max(_CELL, *(cells_of(name) + 2 for name in columns))
    at_once = max(1, (_WIDTH - side) // cell)
    lines = []
    for first in range(0, len(columns), at_once):
        shown = slice(first, first + at_once)
        lines += [""] if first else []
        lines.append((" " * side + "".join(f"{name:<{cell}}" for name in columns[shown])).rstrip())
        for name, line in zip(rows, shares, strict=True):
            cells = (f"{_shaded(share, low, high):<{cell}}" for share in line[shown])
            lines.append((f"{name:<{side}}" + "".join(cells)).rstrip())
    return lines


def _shaded(share: float, low: float, high: float) -> str:
    if math.isnan(share):
        return "   –"
    place = 1.0 if high == low else (share - low) / (high - low)
    shade = _SHADES[min(int(place * len(_SHADES)), len(_SHADES) - 1)]
    return f"{shade * 2} {percent(share)}{'*' * (share == high)}"
