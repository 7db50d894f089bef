"""Statistics of a snapshot's network on a few test digits: what the Inspect pane and `tui-nn inspect` show."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, network_statistics
from tui_nn.core.choices.initializers import start_network
from tui_nn.core.choices.schedules import scheduled_rate
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.optimizers import Optimizer, apply_update
from tui_nn.core.parameters import Array, Diverged, Labels, Parameters
from tui_nn.data.dataset import Split
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import Snapshot

PROBE = 256
"""Test digits in the probe batch: the first, always the same."""

LIGHT = 300_000
"""Parameters up to which `probe` takes no longer than a key may: tens of milliseconds on one core."""


def is_light(snapshot: Snapshot) -> bool:
    """Whether its network is measured so quickly that nobody need wait."""
    return snapshot.parameters.vector.size <= LIGHT


def probe_digits(test: Split, *, example: int | None = None, kind: int | None = None) -> Labels:
    """The numbers of the test digits to look at: one, the first of one kind (0 to 9), or the first of all."""
    if example is not None:
        return np.array([example])
    if kind is not None:
        return np.flatnonzero(test.labels == kind)[:PROBE]
    return np.arange(min(len(test), PROBE))


def probe(snapshot: Snapshot, test: Split, chosen: Labels) -> NetworkStatistics:
    """Statistics of every layer on the chosen test digits, with the update that they would cause (`next_update`)."""
    return network_statistics(snapshot.mlp, test.images[chosen], test.labels[chosen], next_update(snapshot))


def probe_start(snapshot: Snapshot, test: Split, chosen: Labels) -> NetworkStatistics:
    """The same of the network that the run began with, made again from its seed; its update is the first."""
    mlp = start_network(snapshot.network, snapshot.training.seed, snapshot.training.generator)
    optimizer = Optimizer(snapshot.training.optimizer, mlp.parameters.vector)
    return network_statistics(
        mlp, test.images[chosen], test.labels[chosen], lambda gradient: _update(snapshot, mlp.parameters, optimizer, gradient)
    )  # fmt: skip


def on_all_test_examples(
    statistics: NetworkStatistics, layers: Sequence[LayerRecord], examples: int
) -> NetworkStatistics:
    """The same, with dead units and saturated shares as they were found on all test examples, which are so many.

    A unit that is off for the probe batch may be on for another digit, and then is not dead: `layers` know, and are what
    the records, the flow over the epochs and the hints go by. Where they are empty, nothing is changed.
    """
    if not layers:
        return statistics
    told = tuple(_on_all_test_examples(layer, record) for layer, record in zip(statistics.layers, layers, strict=True))
    return replace(statistics, layers=told, statistics_examples=examples)


def _on_all_test_examples(layer: LayerStatistics, record: LayerRecord) -> LayerStatistics:
    dead = None if layer.dead is None else round(record.dead * layer.fan_out)
    return replace(layer, dead=dead, saturated=None if layer.saturated is None else record.saturated)


def last_update(snapshot: Snapshot, statistics: NetworkStatistics) -> tuple[tuple[float, float], ...]:
    """Each layer's gradient RMS and log10 of update over weights in the last update of the shown epoch.

    Nothing before the first epoch, where the records do not know it, and where a layer of `statistics` is not finite any more.
    """
    if any(layer.health == "NaN" for layer in statistics.layers):
        return ()
    found = tuple((layer.gradient_rms, layer.update_ratio) for layer in snapshot.record.layers)
    return () if any(math.isnan(rms) for rms, _ in found) else found


def next_update(snapshot: Snapshot) -> Callable[[Parameters], Array]:
    """gradient -> what the snapshot's next step would add to the parameters if that were its gradient, (count,).

    The gradient is that of a mean loss. Optimizer, moments, rate, penalties and clipping are the snapshot's; dropout, noise
    and smoothing are left out.
    """
    optimizer = Optimizer(snapshot.training.optimizer, snapshot.parameters.vector)
    for moment, kept in zip(optimizer.moments, snapshot.moments, strict=True):
        moment[...] = kept
    optimizer.steps = snapshot.optimizer_steps
    return lambda gradient: _update(snapshot, snapshot.parameters, optimizer, gradient)


def _update(snapshot: Snapshot, before: Parameters, optimizer: Optimizer, gradient: Parameters) -> Array:
    """Return what the update for this gradient of the mean loss adds to the parameters, (count,)."""
    training = snapshot.training
    g, after = (before.like(array.vector.copy()) for array in (gradient, before))
    if training.reduction == "sum":
        g.vector *= snapshot.epoch_training.batch_size or snapshot.train_examples
    identity = BatchIdentity(training.seed, snapshot.epoch + 1, snapshot.progress.batch, snapshot.batches)
    with contextlib.suppress(Diverged):
        apply_update(after, g, optimizer, training, scheduled_rate(training, identity.position))
    after.vector -= before.vector
    return after.vector
