"""A curve with the losses of all batches, for many successive epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.render.scale import EpochAxis
from tui_nn.session.run.epoch import MOST_LOSSES
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot

MOST_EPOCHS = 1000
"""The largest number of epochs whose batches are drawn, the newest ones. Their 512,000 losses need 4 MB while they are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class BatchCurve:
    """The batch losses of successive epochs. Every epoch has the same number of values; only the last epoch may have fewer."""

    values: NDArray[np.float64]
    first: float = 0.0
    """The position of the first value on the axis of epochs. For example, a batch in the middle of epoch 3 lies at 2.5."""
    step: float = 1.0
    """The distance between two values, as a share of an epoch."""

    @classmethod
    def of(cls, snapshot: Snapshot, axis: EpochAxis) -> BatchCurve:
        """Return the batch losses of the epochs on the `axis`, up to the current batch.

        The losses of an epoch are NaN if they were not stored, as in old run files.
        """
        records = snapshot.history.records
        first = max(axis.first, min(axis.end, len(records) - 1) - MOST_EPOCHS, 0)
        parts = [_losses(record) for record in records[first + 1 : axis.end + 1]]
        share = 1.0
        if snapshot.batch_losses is not None and snapshot.epoch == snapshot.newest_epoch < axis.end:
            parts.append(snapshot.batch_losses.astype(np.float64))
            share = len(snapshot.batch_losses) / _numbers(snapshot.batches)
        most = max((round(len(part) / whole) for part, whole in _with_shares(parts, share)), default=1)
        drawn = [_stretched(part, round(most * whole)) for part, whole in _with_shares(parts, share)]
        return cls(np.concatenate(drawn) if drawn else np.full(1, np.nan), first + 1 / most, 1 / most)

    def in_epoch(self, epoch: int) -> NDArray[np.float64]:
        """Return the losses of the batches of one epoch, without those that are NaN."""
        count = round(1 / self.step)
        start = (epoch - 1 - round(self.first - self.step)) * count
        losses = self.values[max(start, 0) : max(start + count, 0)]
        return losses[np.isfinite(losses)]


def _losses(record: EpochRecord) -> NDArray[np.float64]:
    if record.batch_losses is None or not len(record.batch_losses):
        return np.full(1, np.nan)
    return record.batch_losses.astype(np.float64)


def _numbers(batches: int) -> int:
    """Return the number of losses stored for an epoch of `batches` batches. One stored loss may stand for several batches."""
    return -(-batches // -(-batches // MOST_LOSSES))


def _with_shares(parts: Sequence[NDArray[np.float64]], share: float) -> list[tuple[NDArray[np.float64], float]]:
    """Return a pair for each epoch: its losses, and the trained share of the epoch (1, or `share` for the last epoch)."""
    return [(part, share if number == len(parts) - 1 else 1.0) for number, part in enumerate(parts)]


def _stretched(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `values` stretched to `count` values by even repetition.

    All epochs then have equally many values, even if the batch size was changed between them.
    """
    return values if len(values) == count else values[np.arange(max(count, 1)) * len(values) // max(count, 1)]
