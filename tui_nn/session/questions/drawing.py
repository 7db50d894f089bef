"""A board of 28 x 28 pixels that can be drawn on, and the digit that a network receives of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.arrays import Pixels
from tui_nn.data.centring import centre

SIDE = 28

PEN = 1.0
"""Half the width of a full stroke, in pixels; with its soft edge a line is about three wide, as MNIST's are."""

RUBBER = 1.5

STEPS = 100
"""Strokes that can be taken back."""


class Drawing:
    """Ink on a board. A stroke goes from pixel to pixel; the last strokes can be taken back, one by one."""

    def __init__(self) -> None:
        """Begin with an empty board."""
        self._board = np.zeros((SIDE, SIDE))
        """0 to 1."""
        self._before: list[NDArray[np.float64]] = []

    def begin(self) -> None:
        """Begin a stroke: `undo` comes back to here."""
        if not self._before or (self._before[-1] != self._board).any():
            self._before = [*self._before[1 - STEPS :], self._board.copy()]

    def line(self, start: tuple[float, float], end: tuple[float, float], *, rubber: bool = False) -> None:
        """Draw or rub out a straight line between two places, (row, column) in pixels; beyond the edge nothing is left.

        A pixel is all ink up to `PEN` from the line, none from a pixel farther, and in between by how far it is.
        """
        row, column = np.indices((SIDE, SIDE), dtype=np.float64)
        down, right = end[0] - start[0], end[1] - start[1]
        length = down * down + right * right
        along = ((row - start[0]) * down + (column - start[1]) * right) / length if length else np.zeros_like(row)
        along = np.clip(along, 0, 1)
        distance = np.hypot(row - start[0] - along * down, column - start[1] - along * right)
        ink = np.clip((RUBBER if rubber else PEN) + 1 - distance, 0, 1)
        self._board = np.minimum(self._board, 1 - ink) if rubber else np.maximum(self._board, ink)

    def undo(self) -> None:
        """Take the last stroke back, if there is one."""
        if self._before:
            self._board = self._before.pop()

    def clear(self) -> None:
        """Take all ink away; that can be undone."""
        self.begin()
        self._board = np.zeros((SIDE, SIDE))

    @property
    def empty(self) -> bool:
        """Whether there is no ink."""
        return not self._board.any()

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    @property
    def pixels(self) -> Pixels:
        """What was drawn: uint8 (784,)."""
        return np.rint(self._board * 255).astype(np.uint8).reshape(-1)

    @property
    def centred(self) -> Pixels:
        """What a network receives: scaled and centred as MNIST's digits are, uint8 (784,)."""
        return centre(self.pixels.reshape(SIDE, SIDE).astype(np.float64))
