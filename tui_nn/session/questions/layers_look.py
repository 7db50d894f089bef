"""The data that the views of layers show: statistics of every layer, for the present network and for its start weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Labels
from tui_nn.data.dataset import Split
from tui_nn.session.questions.probe import last_update, on_all_test_examples, probe, probe_digits, probe_start
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot, State


@dataclass(frozen=True, slots=True, eq=False)
class LayersLook:
    """The statistics of every layer, and the facts that the views need to explain them."""

    statistics: NetworkStatistics
    start: NetworkStatistics | None
    """Statistics of the start weights on the same examples; None if the caller did not ask for them."""
    finite: bool
    """True if the run has not diverged. After divergence, the statistics describe the last finite parameters."""
    records: tuple[EpochRecord, ...] = ()
    """The records of the whole branch, from which charts over the epochs are drawn."""
    epoch: int = 0
    """The epoch of the snapshot."""
    class_name: str | None = None
    """The name of the chosen class, if the examples are only those of one class; else None."""
    last_update: tuple[tuple[float, float], ...] = ()
    """(gradient RMS, log10(update / weights)) of each layer in the last update; empty if a person chose a class or an example.
    """
    carried: bool = False
    """True if the optimizer has momentum, so its next update also depends on earlier gradients."""
    smoothed: bool = False
    """True if training smooths the labels: the gradient of `last_update` then belongs to the smoothed loss."""

    @property
    def examples_in_words(self) -> str:
        """The examples of the statistics in one or two words: "probe" for the probe batch, "example", "class 7"."""
        if self.class_name is not None:
            return f"class {self.class_name}"
        return "example" if self.statistics.examples == 1 else "probe"

    @property
    def trends(self) -> list[list[float]]:
        """The gradient RMS of each layer in the last update of each epoch; NaN if it is unknown.

        The list is empty if no record contains it, or if a person chose a class or an example, because the records describe all
        examples.
        """
        known = [record.layers for record in self.records]
        if not any(known) or self.statistics.examples == 1 or self.class_name is not None:
            return []
        count = len(self.statistics.layers)
        return [[layers[n].gradient_rms if layers else math.nan for layers in known] for n in range(count)]


class LayersProbe:
    """An object that measures layers. It caches the statistics of the start weights, which depend only on the seed."""

    def __init__(self) -> None:
        self._start: tuple[object, NetworkStatistics] | None = None

    def look(
        self, snapshot: Snapshot, test: Split, example: int | None, label: int | None = None, *, with_start: bool
    ) -> LayersLook:
        """Return the statistics of every layer for some test examples.

        They are example number `example`, or the first examples of class `label`, or the probe batch (the first test
        examples). If the class has no test examples, the probe batch is used.
        """
        chosen = probe_digits(test, example=example, kind=label)
        if not len(chosen):
            chosen, label = probe_digits(test), None
        start = self._look_at_start(snapshot, test, chosen, (example, label)) if with_start else None
        finite, smoothed = snapshot.status.state is not State.DIVERGED, snapshot.training.label_smoothing > 0
        has_momentum = bool({"momentum", "beta1"} & set(OPTIMIZERS[snapshot.training.optimizer].uses))
        carried = has_momentum and snapshot.optimizer_steps > 0
        records, found = snapshot.history.records, probe(snapshot, test, chosen)
        if example is not None or label is not None:
            name = None if label is None else test.class_names[label]
            return LayersLook(found, start, finite, records, snapshot.epoch, name, carried=carried)
        found = on_all_test_examples(found, snapshot.layers, len(test))
        return LayersLook(
            found, start, finite, records, snapshot.epoch, None, last_update(snapshot, found), carried, smoothed
        )

    def start(self, snapshot: Snapshot, test: Split) -> NetworkStatistics:
        """Return the statistics of the layers with the start weights, measured on the probe batch (the first test examples)."""
        return self._look_at_start(snapshot, test, probe_digits(test), (None, None))

    def _look_at_start(self, snapshot: Snapshot, test: Split, chosen: Labels, which: object) -> NetworkStatistics:
        asked = snapshot.network, snapshot.training.seed, snapshot.training.generator, test, which
        if self._start is None or self._start[0] != asked:
            found = probe_start(snapshot, test, chosen)
            if which == (None, None):
                found = on_all_test_examples(found, snapshot.history.records[0].layers, len(test))
            self._start = asked, found
        return self._start[1]
