"""Statistics of a snapshot's network on some test examples, for the Inspect pane and for the command `tui-nn inspect`."""

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
"""The number of test examples in the probe batch. The probe batch is always the first test examples."""

LIGHT = 300_000
"""The largest number of parameters for which `probe` is fast enough for a key press: tens of milliseconds on one core."""


def is_light(snapshot: Snapshot) -> bool:
    """Return whether `probe` is fast enough for this network to run without a thread."""
    return snapshot.parameters.vector.size <= LIGHT


def probe_digits(test: Split, *, example: int | None = None, kind: int | None = None) -> Labels:
    """Return the indices of the test examples for a probe: one `example`, the first ones of class `kind`, or the first
    ones of all classes.
    """
    if example is not None:
        return np.array([example])
    if kind is not None:
        return np.flatnonzero(test.labels == kind)[:PROBE]
    return np.arange(min(len(test), PROBE))


def probe(snapshot: Snapshot, test: Split, chosen: Labels) -> NetworkStatistics:
    """Return the statistics of every layer on the chosen test examples, with the update that these examples would cause."""
    return network_statistics(snapshot.mlp, test.images[chosen], test.labels[chosen], next_update(snapshot))


def probe_start(snapshot: Snapshot, test: Split, chosen: Labels) -> NetworkStatistics:
    """Return the statistics of the start weights on these examples, with the first update that these examples would cause.

    The seed determines the start weights.
    """
    mlp = start_network(snapshot.network, snapshot.training.seed, snapshot.training.generator)
    optimizer = Optimizer(snapshot.training.optimizer, mlp.parameters.vector)
    return network_statistics(
        mlp, test.images[chosen], test.labels[chosen], lambda gradient: _update(snapshot, mlp.parameters, optimizer, gradient)
    )  # fmt: skip


def on_all_test_examples(
    statistics: NetworkStatistics, layers: Sequence[LayerRecord], examples: int
) -> NetworkStatistics:
    """Return the statistics of the probe batch, but with the dead units and the saturated shares from the records `layers`.

    A unit that is off for the probe batch may be on for another example, and then it is not dead. The records in
    `layers` have these figures for all `examples`; charts over the epochs and hints use them too. If `layers` is empty,
    nothing changes.
    """
    if not layers:
        return statistics
    told = tuple(_on_all_test_examples(layer, record) for layer, record in zip(statistics.layers, layers, strict=True))
    return replace(statistics, layers=told, statistics_examples=examples)


def _on_all_test_examples(layer: LayerStatistics, record: LayerRecord) -> LayerStatistics:
    dead = None if layer.dead is None else round(record.dead * layer.fan_out)
    return replace(layer, dead=dead, saturated=None if layer.saturated is None else record.saturated)


def last_update(snapshot: Snapshot, statistics: NetworkStatistics) -> tuple[tuple[float, float], ...]:
    """Return the gradient RMS and log10(update / weights) of each layer in the last update of the shown epoch.

    The result is empty before the first epoch. It is also empty if the records do not contain the figures, or if a
    layer of `statistics` is not finite.
    """
    if any(layer.health == "NaN" for layer in statistics.layers):
        return ()
    found = tuple((layer.gradient_rms, layer.update_ratio) for layer in snapshot.record.layers)
    return () if any(math.isnan(rms) for rms, _ in found) else found


def next_update(snapshot: Snapshot) -> Callable[[Parameters], Array]:
    """Return a function that takes a gradient and returns the change of each parameter in the next update.

    The gradient must be that of a mean loss. The update uses the optimizer, moments, rate, penalties and clipping of the
    snapshot, but no dropout, noise or smoothing.
    """
    optimizer = Optimizer(snapshot.training.optimizer, snapshot.parameters.vector)
    for moment, kept in zip(optimizer.moments, snapshot.moments, strict=True):
        moment[...] = kept
    optimizer.steps = snapshot.optimizer_steps
    return lambda gradient: _update(snapshot, snapshot.parameters, optimizer, gradient)


def _update(snapshot: Snapshot, before: Parameters, optimizer: Optimizer, gradient: Parameters) -> Array:
    """Return the change of each parameter in the next update, for this gradient of the mean loss."""
    training = snapshot.training
    g, after = (before.like(array.vector.copy()) for array in (gradient, before))
    if training.reduction == "sum":
        g.vector *= snapshot.epoch_training.batch_size or snapshot.train_examples
    identity = BatchIdentity(training.seed, snapshot.epoch + 1, snapshot.progress.batch, snapshot.batches)
    with contextlib.suppress(Diverged):
        apply_update(after, g, optimizer, training, scheduled_rate(training, identity.position))
    after.vector -= before.vector
    return after.vector
