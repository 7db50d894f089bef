"""What the Inspect pane looks at: a network's numbers on the probe batch or on one example, now and at the start."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Labels
from tui_nn.data.dataset import Split
from tui_nn.session.questions.probe import judged, last_update, probe, probe_digits, probe_start
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot, State


@dataclass(frozen=True, slots=True, eq=False)
class LayersLook:
    """Statistics of every layer."""

    statistics: NetworkStatistics
    start: NetworkStatistics | None
    """Of the start weights on the same examples; None if they were not asked for."""
    finite: bool
    """False for a run that diverged: these are the last finite numbers, not the newest."""
    records: tuple[EpochRecord, ...] = ()
    """Of the whole branch, for what is shown over the epochs."""
    epoch: int = 0
    """The epoch that is shown."""
    kind: int | None = None
    """The digit that all examples are, if they were chosen so."""
    last_update: tuple[tuple[float, float], ...] = ()
    """What `probe.last_update` says; nothing where digits were chosen."""
    carried: bool = False
    """Whether the optimizer has momentum from earlier gradients: its next step is not of these digits alone."""

    @property
    def whose(self) -> str:
        """Whose gradient that of `statistics` is, in a word: "probe", "digit", "7s"."""
        if self.kind is not None:
            return f"{self.kind}s"
        return "digit" if self.statistics.examples == 1 else "probe"

    @property
    def trends(self) -> list[list[float]]:
        """Each layer's gradient RMS in the epochs' last updates; nothing where none has it, or for some digits."""
        known = [record.layers for record in self.records]
        if not any(known) or self.statistics.examples == 1 or self.kind is not None:
            return []
        count = len(self.statistics.layers)
        return [[layers[n].gradient_rms if layers else math.nan for layers in known] for n in range(count)]


class LayersProbe:
    """Puts the questions. Remembers what the start weights answered, which are made again from the seed."""

    def __init__(self) -> None:
        self._start: tuple[object, NetworkStatistics] | None = None

    def look(
        self, snapshot: Snapshot, test: Split, example: int | None, kind: int | None = None, *, with_start: bool
    ) -> LayersLook:
        """Statistics on test example number `example`, on those of one kind, or on the probe batch."""
        chosen = probe_digits(test, example=example, kind=kind)
        if not len(chosen):  # digits of one's own need not be of every kind
            chosen, kind = probe_digits(test), None
        start = self._look_at_start(snapshot, test, chosen, (example, kind)) if with_start else None
        finite = snapshot.status.state is not State.DIVERGED
        carried = OPTIMIZERS[snapshot.training.optimizer].has_momentum and snapshot.optimizer_steps > 0
        records, found = snapshot.history.records, probe(snapshot, test, chosen)
        if example is not None or kind is not None:
            return LayersLook(found, start, finite, records, snapshot.epoch, kind, carried=carried)
        found = judged(found, snapshot.layers, len(test))
        return LayersLook(found, start, finite, records, snapshot.epoch, None, last_update(snapshot, found), carried)

    def start(self, snapshot: Snapshot, test: Split) -> NetworkStatistics:
        """Statistics of the start weights on the probe batch."""
        return self._look_at_start(snapshot, test, probe_digits(test), (None, None))

    def _look_at_start(self, snapshot: Snapshot, test: Split, chosen: Labels, which: object) -> NetworkStatistics:
        asked = snapshot.network, snapshot.training.seed, snapshot.training.generator, test, which
        if self._start is None or self._start[0] != asked:
            found = probe_start(snapshot, test, chosen)
            if which == (None, None):
                found = judged(found, snapshot.history.records[0].layers, len(test))
            self._start = asked, found
        return self._start[1]
