"""A scatter plot as text: the cell of each example, the example that each cell shows, and the nearest example in a direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Labels

_TAIL = 0.005
"""The share of the points that may lie beyond each edge.

Such points are moved to the edge, because a few distant points would squeeze all others together.
"""
_ASPECT = 2
"""The approximate height of a cell divided by its width."""

Cell = tuple[int, int]
"""The row and the column of a cell, from the top left."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """A scatter plot: the cell of each of n examples."""

    rows: int
    columns: int
    cells: NDArray[np.int64]
    """The row and the column of each example, shape (n, 2)."""
    shown: dict[Cell, int]
    """The example that a cell shows: the first misclassified one, else the first of the most frequent class."""
    crowd: dict[Cell, int]
    """The number of examples in each cell."""

    @classmethod
    def of(cls, places: Array, labels: Labels, wrong: NDArray[np.bool_], columns: int, rows: int) -> Scatter:
        """Return the cells in which examples are drawn, x to the right and y upwards.

        `places` are points (n, 2), all finite. `labels` are the true classes, shape (n,), and `wrong`, shape (n,), is
        True for misclassified examples.
        """
        low, high = np.quantile(places, (_TAIL, 1 - _TAIL), axis=0)
        spread = np.where(high > low, high - low, 1)
        # If all examples have the same x or y, they are drawn in the middle.
        share = np.where(high > low, np.clip((places - low) / spread, 0, 1), 0.5)
        across, up = np.rint(share * (columns - 1, rows - 1)).astype(np.int64).T
        cells = np.stack([rows - 1 - up, across], axis=1)
        members: dict[Cell, list[int]] = {}
        for example, (row, column) in enumerate(cells.tolist()):
            members.setdefault((row, column), []).append(example)
        shown = {cell: _foremost(inside, labels, wrong) for cell, inside in members.items()}
        return cls(rows, columns, cells, shown, {cell: len(inside) for cell, inside in members.items()})

    def place(self, example: int) -> Cell:
        """Return the row and column of the cell that contains an example."""
        row, column = self.cells[example]
        return int(row), int(column)

    def nearest(self, here: Cell, down: int, right: int, among: NDArray[np.bool_] | None = None) -> int | None:
        """Return the example in the nearest cell in one direction; None if there is none.

        If `among`, shape (n,), is given, only examples for which it is True are considered. A distance across the
        direction counts twice, so that cells straight ahead come first.
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
    """Return the example that a cell shows: the first misclassified one, else the first of the most frequent class."""
    for example in inside:
        if wrong[example]:
            return example
    most = int(np.bincount(labels[inside]).argmax())
    return next(example for example in inside if labels[example] == most)
