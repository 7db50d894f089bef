"""The nearest neighbours of a picture: the examples with the most similar activations in the last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import MOST_EXAMPLES, last_hidden
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The examples that are nearest to one picture, the nearest first. The arrays are read-only."""

    indices: Labels
    """The indices of the nearest examples in the searched pictures, shape (k,)."""
    distances: Array
    """The Euclidean distance of each example from the picture, shape (k,), measured between activations of the last
    hidden layer.
    """


def nearest(mlp: MLP, image: Pixels, among: Pixels, count: int) -> Neighbours:
    """Search the pictures `among`, uint8 (n, d), and return the `count` ones that are nearest to `image`, uint8 (d,).

    Equally near pictures keep their order. Pictures without a finite distance are left out.
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
