"""A square board to draw on, and the centred picture of it that the network receives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Pixels
from tui_nn.data.centring import centre

PEN = 1.0
"""Half the width, in pixels, of the dark middle of a stroke, where the ink is 1 (the largest value).

With its soft edges, a stroke is about three pixels wide, as in MNIST.
"""

RUBBER = 1.5
"""Half the width of the rubber, in pixels."""

STEPS = 100
"""The number of strokes that can be undone."""


class Drawing:
    """Ink on a square board of `side` pixels. The last strokes can be undone one by one."""

    def __init__(self, side: int) -> None:
        """Start with an empty board, `side` pixels high and wide."""
        self.side = side
        self._board = np.zeros((side, side))
        """The ink of each pixel, from 0 to 1, shape (side, side)."""
        self._before: list[NDArray[np.float64]] = []

    def begin(self) -> None:
        """Begin a stroke. The next `undo` restores the board as it is now."""
        if not self._before or (self._before[-1] != self._board).any():
            self._before = [*self._before[1 - STEPS :], self._board.copy()]

    def line(self, start: tuple[float, float], end: tuple[float, float], *, rubber: bool = False) -> None:
        """Draw or rub out a straight line between two points, (row, column) in pixels.

        Parts outside the board are ignored.

        A pixel within `PEN` of the line gets the ink 1, the largest value. Over the next pixel of distance, the ink
        falls evenly to 0.
        """
        row, column = np.indices((self.side, self.side), dtype=np.float64)
        down, right = end[0] - start[0], end[1] - start[1]
        length = down * down + right * right
        along = ((row - start[0]) * down + (column - start[1]) * right) / length if length else np.zeros_like(row)
        along = np.clip(along, 0, 1)
        distance = np.hypot(row - start[0] - along * down, column - start[1] - along * right)
        ink = np.clip((RUBBER if rubber else PEN) + 1 - distance, 0, 1)
        self._board = np.minimum(self._board, 1 - ink) if rubber else np.maximum(self._board, ink)

    def undo(self) -> None:
        """Undo the last stroke, if there is one."""
        if self._before:
            self._board = self._before.pop()

    def clear(self) -> None:
        """Remove all ink; `undo` restores it."""
        self.begin()
        self._board = np.zeros((self.side, self.side))

    @property
    def empty(self) -> bool:
        """True if the board has no ink."""
        return not self._board.any()

    @property
    def can_undo(self) -> bool:
        """True if there is a stroke to undo."""
        return bool(self._before)

    @property
    def pixels(self) -> Pixels:
        """The drawing itself, before centring: uint8 (side * side,)."""
        return np.rint(self._board * 255).astype(np.uint8).reshape(-1)

    @property
    def centred(self) -> Pixels:
        """The picture that a network receives, scaled and centred like the digits of MNIST: uint8 (side * side,)."""
        return centre(self.pixels.reshape(self.side, self.side).astype(np.float64), self.side)
