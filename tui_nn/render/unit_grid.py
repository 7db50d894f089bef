"""A layer's units as a grid of cells: how they are laid out, and how strong each is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array
from tui_nn.render.signed_map import signed_levels

GREY = 9
"""The strongest level of values that are never negative; 0 is nothing."""
GREY_GLYPHS = " .:-=+*#%@"
"""By level."""


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Where units go: row by row, from the left. Where not all have room, a row is left free to say which are shown."""

    units: int
    columns: int
    rows: int
    cell: int
    """Cells a unit is wide, 1 or 2."""
    first: int
    """The unit in the first cell."""

    @classmethod
    def of(cls, units: int, width: int, height: int, chosen: int | None = None, *, tens: bool = True) -> GridLayout:
        """As wide as fits, in rows of whole tens where there are ten columns or more; `chosen` is among those shown.

        Without `tens` no column is left free.
        """
        fitting = _whole_tens if tens else max
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
        """The units that have room."""
        return range(self.first, min(self.first + self.rows * self.columns, self.units))

    def place(self, unit: int) -> tuple[int, int] | None:
        """Row and column of a unit; None if it is not shown."""
        row, column = divmod(unit - self.first, self.columns)
        return (row, column) if unit in self.shown else None


def _whole_tens(columns: int, least: int) -> int:
    return columns // 10 * 10 if columns >= 10 else max(columns, least)


def levels(values: Array, signed: bool) -> tuple[NDArray[np.int64], float]:
    """How strongly each of (n,) values is drawn, and what the strongest level stands for.

    0 to `GREY`, or −4 to 4 where `signed`. What is not finite is 0; if nothing is, the scale is NaN.
    """
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(len(values), dtype=np.int64), math.nan
    scale = float(np.abs(values[finite]).max())
    share = np.where(finite, values, 0) / (scale or 1.0)
    if not signed:
        # Whatever is on is seen.
        return np.maximum(np.ceil(np.clip(share, 0, 1) * GREY - 1e-6), share > 0).astype(np.int64), scale
    return signed_levels(share, 1.0), scale
