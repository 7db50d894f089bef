"""Examples as points in a plane, drawn in cells: the example that a cell shows, and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Labels

_TAIL = 0.005
"""This share of the points may lie beyond each edge; they are moved to the edge. Else a few would squeeze all others."""
_ASPECT = 2
"""The height of a cell divided by its width, about."""

Cell = tuple[int, int]
"""Row and column, from the top left."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """The places of n examples in rows x columns of cells."""

    rows: int
    columns: int
    cells: NDArray[np.int64]
    """The row and the column of each example, (n, 2)."""
    shown: dict[Cell, int]
    """The example that a cell shows: the first misclassified one, else the first of the most frequent class."""
    crowd: dict[Cell, int]
    """How many examples each cell holds."""

    @classmethod
    def of(cls, places: Array, labels: Labels, wrong: NDArray[np.bool_], columns: int, rows: int) -> Scatter:
        """Put examples into cells, x to the right and y upwards: places (n, 2), all finite; labels and wrong (n,)."""
        low, high = np.quantile(places, (_TAIL, 1 - _TAIL), axis=0)
        spread = np.where(high > low, high - low, 1)
        # If all examples have the same x or y, they are in the middle.
        share = np.where(high > low, np.clip((places - low) / spread, 0, 1), 0.5)
        across, up = np.rint(share * (columns - 1, rows - 1)).astype(np.int64).T
        cells = np.stack([rows - 1 - up, across], axis=1)
        members: dict[Cell, list[int]] = {}
        for example, (row, column) in enumerate(cells.tolist()):
            members.setdefault((row, column), []).append(example)
        shown = {cell: _foremost(inside, labels, wrong) for cell, inside in members.items()}
        return cls(rows, columns, cells, shown, {cell: len(inside) for cell, inside in members.items()})

    def place(self, example: int) -> Cell:
        """Return the cell of an example."""
        row, column = self.cells[example]
        return int(row), int(column)

    def nearest(self, here: Cell, down: int, right: int, among: NDArray[np.bool_] | None = None) -> int | None:
        """Return the example in the nearest cell in one direction, or None; `among` (n,) says which examples count.

        A distance to the side counts twice, so cells straight ahead come first.
        """
        best: tuple[float, Cell] | None = None
        for (row, column), example in self.shown.items():
            if among is not None and not among[example]:
                continue
            y, x = (row - here[0]) * _ASPECT, column - here[1]
            ahead, beside = (y * down, x) if down else (x * right, y)
            if ahead > 0:
                far = ahead**2 + (2 * beside) ** 2
                best = min(best, (far, (row, column))) if best else (far, (row, column))
        return None if best is None else self.shown[best[1]]


def _foremost(inside: list[int], labels: Labels, wrong: NDArray[np.bool_]) -> int:
    """Return the example that a cell shows."""
    for example in inside:
        if wrong[example]:
            return example
    most = int(np.bincount(labels[inside]).argmax())
    return next(example for example in inside if labels[example] == most)
