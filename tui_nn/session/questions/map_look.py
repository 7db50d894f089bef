"""What the map of the test set shows: where every layer puts the digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.passes import Stop, Stopped, layer_values
from tui_nn.analysis.projection import Vectors, apart, oriented, project
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot

MOST = 1000
"""Test digits on the map: the first. More would stand on each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """What one layer makes of the digits."""

    places: Vectors
    """(n, 2), NaN where the layer is not finite."""
    apart: float
    """The share of the variance of all its units that the digits explain, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class MapLook:
    """The map of every layer, of one network, along two directions of one kind."""

    network: NetworkConfig
    test: Split
    kind: str
    layers: tuple[Placed, ...]
    """The pixels first, then layer 0 and so on."""
    labels: Labels
    wrong: NDArray[np.bool_]
    """(n,) each."""


def place_digits(
    snapshot: Snapshot, test: Split, kind: str, before: MapLook | None, stop: Stop = lambda: False
) -> Iterator[MapLook]:
    """One look, or none if it is not wanted any more. For a thread: thousands of units take a while.

    Every layer keeps the order and the signs it had in `before`, where that is a look of the same kind at the same
    digits by such a network; else it takes those of the layer below. The pixels, which never change, are the first.
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
            found.append(Placed(places, apart(values, part.labels)))
    except Stopped:
        return
    wrong = snapshot.evaluation.predicted[: len(part)] != part.labels
    yield MapLook(snapshot.network, test, kind, tuple(found), part.labels, wrong)


def _values(mlp: MLP, layer: int, part: Split, stop: Stop) -> Array:
    """What a layer gives out, (n, units).

    Of the last one z: nearly all probabilities are 0 or 1, which puts nearly all digits on ten points.
    """
    last = layer == mlp.config.layer_count - 1
    with np.errstate(all="ignore"):
        return np.concatenate([z if last else a for _, z, a in layer_values(mlp, layer, part.images, stop)])
