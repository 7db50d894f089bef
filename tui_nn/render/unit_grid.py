"""The units of a layer as a grid of cells: the layout, and the level (strength of colour) of each cell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array
from tui_nn.render.signed_map import signed_levels

GREY = 9
"""The strongest level of colour, for values that are never negative. A cell of level 0 is blank."""
GREY_GLYPHS = " .:-=+*#%@"
"""The character that draws each level, from blank to strongest."""


@dataclass(frozen=True, slots=True)
class GridLayout:
    """The layout of units in a grid, row by row from the left. If not all units fit, one row stays free. The screen writes there
    which units are shown.
    """

    units: int
    columns: int
    rows: int
    cell: int
    """The width of a unit in cells: 1, 2, 4 or 6."""
    first: int
    """The number of the unit in the first cell."""

    @property
    def tall(self) -> int:
        """The height of a unit in cells: 1, 2 or 3."""
        return max(self.cell // 2, 1)

    @classmethod
    def of(cls, units: int, width: int, height: int, chosen: int | None = None, *, tens: bool = True) -> GridLayout:
        """Return the widest layout that fits and contains the unit `chosen`.

        With `tens`, a row of ten or more units contains a multiple of ten. Units are drawn up to three times as large
        if all fit, at least ten in a row.
        """
        fitting = _whole_tens if tens else max
        for times in (3, 2):
            columns = min(fitting(width // (2 * times), 1), units)
            rows = math.ceil(units / columns)
            if rows * times <= height and width // (2 * times) >= 10:
                return cls(units, columns, rows, 2 * times, 0)
        columns, cell = min(fitting(width // 2, 1), units), 2
        if math.ceil(units / columns) > height:
            columns, cell = min(fitting(width, 1), units), 1
        rows = math.ceil(units / columns)
        if rows > height:
            rows = max(height - 1, 1)
        first_row = max((chosen or 0) // columns - rows + 1, 0)
        return cls(units, columns, rows, cell, first_row * columns)

    @property
    def shown(self) -> range:
        """The numbers of the units that fit."""
        return range(self.first, min(self.first + self.rows * self.columns, self.units))

    def place(self, unit: int) -> tuple[int, int] | None:
        """Return the row and column of a unit; None if it is not shown."""
        row, column = divmod(unit - self.first, self.columns)
        return (row, column) if unit in self.shown else None


def _whole_tens(columns: int, least: int) -> int:
    return columns // 10 * 10 if columns >= 10 else max(columns, least)


def levels(values: Array, signed: bool) -> tuple[NDArray[np.int64], float]:
    """Return the level (strength of colour) of each of (n,) values, and the value of the strongest level.

    Levels are 0 to `GREY`, or −4 to 4 if `signed`. A value that is not finite gets level 0. If no value is finite, the
    second result is NaN.
    """
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(len(values), dtype=np.int64), math.nan
    scale = float(np.abs(values[finite]).max())
    share = np.where(finite, values, 0) / (scale or 1.0)
    if not signed:
        # A unit above 0 gets at least level 1, so that it is visible.
        return np.maximum(np.ceil(np.clip(share, 0, 1) * GREY - 1e-6), share > 0).astype(np.int64), scale
    return signed_levels(share, 1.0), scale
