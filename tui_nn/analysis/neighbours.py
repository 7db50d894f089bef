"""The examples that a network takes for alike: the nearest in its last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import MOST_EXAMPLES, last_hidden
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Those that are nearest to one image, the nearest first; read-only arrays."""

    indices: Labels
    """(k,): their places in what was searched."""
    distances: Array
    """(k,): Euclidean, between what the last hidden layer gives."""


def nearest(mlp: MLP, image: Pixels, among: Pixels, count: int) -> Neighbours:
    """The `count` of `among`, uint8 (n, 784), that are most like `image`, uint8 (784,), to the last hidden layer.

    Of equally near ones the first come first. Those without a finite distance are left out.
    """
    own = last_hidden(mlp, image[None])[0].astype(np.float64)
    squares = np.empty(len(among))
    with np.errstate(all="ignore"):
        for start in range(0, len(among), MOST_EXAMPLES):
            difference = last_hidden(mlp, among[start : start + MOST_EXAMPLES]) - own
            squares[start : start + MOST_EXAMPLES] = np.einsum("ij,ij->i", difference, difference)
        squares[~np.isfinite(squares)] = np.inf
        order = np.argsort(squares, kind="stable")[:count]
        order = order[np.isfinite(squares[order])]
        return Neighbours(frozen(order), frozen(np.sqrt(squares[order])))
