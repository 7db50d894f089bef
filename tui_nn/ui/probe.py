"""What the Inspect pane looks at: a network's numbers on the probe batch or on one example, now and at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.core.arrays import Array, Pixels
from tui_nn.core.config import NetworkConfig
from tui_nn.core.network import MLP
from tui_nn.core.statistics import NetworkStatistics, Trace, network_statistics, trace
from tui_nn.data.dataset import Split
from tui_nn.session.snapshot import Snapshot, State

PROBE = 256
"""Test examples in the probe batch: the first, always the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Statistics of every layer."""

    statistics: NetworkStatistics
    start: NetworkStatistics | None
    """Of the start weights on the same examples; None if they were not asked for."""
    finite: bool
    """False for a run that diverged: these are the last finite numbers, not the newest."""


@dataclass(frozen=True, slots=True, eq=False)
class ExampleLook:
    """One test example on its way through the network."""

    index: int
    image: Pixels
    label: int
    trace: Trace
    outputs: Array
    """(10,): those of the snapshot's evaluation, which other panes show too."""
    predicted: int
    loss: float
    network: NetworkConfig
    output: str
    """The last layer's activation, "softmax" or "sigmoid"."""
    last_weights: Array
    """(units of the last hidden layer, 10)."""

    @property
    def against(self) -> int:
        """The digit the prediction is weighed against: the true one, or the next likely where that is predicted."""
        if self.predicted != self.label:
            return self.label
        z = self.trace.z[-1]
        others = np.delete(np.arange(len(z)), self.predicted)
        return int(others[np.argmax(z[others])])

    @property
    def strongest_units(self) -> list[int]:
        """Units of the last hidden layer, those first that speak most for the prediction.

        Unit u adds a[u] × (w[u, predicted] − w[u, against]) to the lead of the predicted digit's z.
        """
        difference = self.last_weights[:, self.predicted] - self.last_weights[:, self.against]
        with np.errstate(all="ignore"):
            return [int(unit) for unit in np.argsort(-self.trace.a[-2] * difference, kind="stable")]


class Probe:
    """Puts the questions. Remembers the start weights, which are made again from the seed, and what they answered."""

    def __init__(self) -> None:
        self._start: tuple[object, MLP] | None = None
        self._start_statistics: tuple[object, NetworkStatistics] | None = None

    def look(self, snapshot: Snapshot, test: Split, example: int | None, *, with_start: bool) -> Look:
        """Statistics on test example number `example`, or on the probe batch."""
        chosen = slice(0, PROBE) if example is None else slice(example, example + 1)
        images, labels = test.images[chosen], test.labels[chosen]
        start = self._look_at_start(snapshot, test, chosen) if with_start else None
        finite = snapshot.status.state is not State.DIVERGED
        return Look(network_statistics(snapshot.mlp, images, labels), start, finite)

    def _look_at_start(self, snapshot: Snapshot, test: Split, chosen: slice) -> NetworkStatistics:
        made_of = snapshot.network, snapshot.training.seed, snapshot.training.generator
        if self._start is None or self._start[0] != made_of:
            self._start = made_of, MLP.initialize(*made_of)
        asked = made_of, test, chosen.start, chosen.stop
        if self._start_statistics is None or self._start_statistics[0] != asked:
            answer = network_statistics(self._start[1], test.images[chosen], test.labels[chosen])
            self._start_statistics = asked, answer
        return self._start_statistics[1]

    @staticmethod
    def example(snapshot: Snapshot, test: Split, index: int) -> ExampleLook:
        """Test example number `index`."""
        evaluation = snapshot.evaluation
        return ExampleLook(
            index=index,
            image=test.images[index],
            label=int(test.labels[index]),
            trace=trace(snapshot.mlp, test.images[index], int(test.labels[index])),
            outputs=evaluation.outputs[index],
            predicted=int(evaluation.predicted[index]),
            loss=float(evaluation.losses[index]),
            network=snapshot.network,
            output=snapshot.mlp.loss.output,
            last_weights=snapshot.parameters.weights[-1],
        )
