"""Points in a plane as digits in cells: which example stands in a cell, and which is next to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Labels

_TAIL = 0.005
"""Share of the points beyond either edge, on which they are put: a few stragglers would squeeze the rest into a heap."""
_ASPECT = 2
"""A cell is about twice as high as wide."""

Cell = tuple[int, int]
"""Row and column, from the top left."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """n examples in rows x columns of cells."""

    rows: int
    columns: int
    cells: NDArray[np.int64]
    """(n, 2): the row and the column of each example."""
    shown: dict[Cell, int]
    """The example that stands in a cell: a misclassified one if there is one, else one of the most frequent digit."""
    crowd: dict[Cell, int]
    """How many examples are in a cell."""

    @classmethod
    def of(cls, places: Array, labels: Labels, wrong: NDArray[np.bool_], columns: int, rows: int) -> Scatter:
        """Fit places (n, 2), all finite, into the cells, x to the right and y upwards; labels and wrong (n,)."""
        low, high = np.quantile(places, (_TAIL, 1 - _TAIL), axis=0)
        spread = np.where(high > low, high - low, 1)
        # Where all have one x or y, it is the middle.
        share = np.where(high > low, np.clip((places - low) / spread, 0, 1), 0.5)
        across, up = np.rint(share * (columns - 1, rows - 1)).astype(np.int64).T
        cells = np.stack([rows - 1 - up, across], axis=1)
        members: dict[Cell, list[int]] = {}
        for example, (row, column) in enumerate(cells.tolist()):
            members.setdefault((row, column), []).append(example)
        shown = {cell: _foremost(inside, labels, wrong) for cell, inside in members.items()}
        return cls(rows, columns, cells, shown, {cell: len(inside) for cell, inside in members.items()})

    def place(self, example: int) -> Cell:
        """The cell an example is in."""
        row, column = self.cells[example]
        return int(row), int(column)

    def nearest(self, here: Cell, down: int, right: int, among: NDArray[np.bool_] | None = None) -> int | None:
        """The example in the nearest cell that way, or None; `among` (n,) says which examples count.

        What lies straight ahead is nearer than what lies beside the way.
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
    """Of the examples in one cell, first to last, the one that is seen."""
    for example in inside:
        if wrong[example]:
            return example
    most = int(np.bincount(labels[inside]).argmax())
    return next(example for example in inside if labels[example] == most)
