"""The data that the test map shows: a point in a plane for each test example, for every layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.passes import Stop, Stopped, layer_values
from tui_nn.analysis.projection import Vectors, class_separation, oriented, project
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot

MOST = 1000
"""The largest number of test examples on the map. More points would cover each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A map of the examples: a point in a plane for each, computed from the activations of one layer."""

    places: Vectors
    """The point of each example, shape (n, 2); NaN if the values of the layer are not finite."""
    separation: float
    """The class separation, from 0 to 1: how much of the variance of the units' activations is explained by the class."""


@dataclass(frozen=True, slots=True, eq=False)
class MapLook:
    """The test maps of all layers of one network. Every map uses the same method to reduce the layer to two dimensions."""

    network: NetworkConfig
    test: Split
    kind: str
    layers: tuple[Placed, ...]
    """The points of the examples: by their pixels, then by layer 0, layer 1 and so on."""
    labels: Labels
    wrong: NDArray[np.bool_]
    """An array (n,) that is True for each misclassified example."""

    def next_misclassified(self, after: int, only: int | None) -> int | None:
        """Return the index of the next misclassified example after index `after`, continuing at the first; None if there is
        none.

        If `only` is a class, look only at examples of this class.
        """
        wrong = np.flatnonzero(self.wrong if only is None else self.wrong & (self.labels == only))
        return int(wrong[np.searchsorted(wrong, after, side="right") % wrong.size]) if wrong.size else None


def place_examples(
    snapshot: Snapshot, test: Split, kind: str, before: MapLook | None, stop: Stop = lambda: False
) -> Iterator[MapLook]:
    """Yield the test maps of all layers, or nothing if `stop` returns True. Run this on a worker thread: large layers
    take long.

    The axes keep the order and the signs that they have in `before`, if that map is of the same kind, the same data and
    a network of the same shape. Otherwise they follow the map of the previous layer.
    """
    part = test.first(MOST)
    if before is not None and (before.test is not test or before.network != snapshot.network or before.kind != kind):
        before = None
    found: list[Placed] = []
    try:
        for layer in range(-1, snapshot.network.layer_count):
            if layer == -1 and before is not None:
                found.append(before.layers[0])
                continue
            below = found[-1].places if found else None
            reference = before.layers[layer + 1].places if before is not None else None
            if reference is None or not np.isfinite(reference).all():
                reference = below
            values = _values(snapshot.mlp, layer, part, stop)
            places = oriented(project(values, part.labels, kind), reference)
            found.append(Placed(places, class_separation(values, part.labels)))
    except Stopped:
        return
    wrong = snapshot.evaluation.predicted[: len(part)] != part.labels
    yield MapLook(snapshot.network, test, kind, tuple(found), part.labels, wrong)


def _values(mlp: MLP, layer: int, part: Split, stop: Stop) -> Array:
    """Return the activations of a layer, shape (n, units). For the last layer, return z.

    Nearly all output probabilities are 0 or 1. They would put all examples of a class on one point of the map, so z is
    used instead.
    """
    last = layer == mlp.config.layer_count - 1
    with np.errstate(all="ignore"):
        return np.concatenate([z if last else a for _, z, a in layer_values(mlp, layer, part.images, stop)])
