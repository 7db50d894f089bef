"""One epoch: training on every example once, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.fast.batch_identity import BatchIdentity, epoch_order
from tui_nn.core.fast.chunks import Gradient
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Array, Labels, frozen
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.data.dataset import Split

MOST_LOSSES = 512
"""The largest number of batch losses that an epoch stores. In an epoch with more batches, each number is the mean of
neighbouring batches.
"""


def batch_count(examples: int, batch_size: int | None) -> int:
    """Return the number of updates in an epoch. Its last batch may be smaller than the others."""
    return 1 if batch_size is None else -(-examples // batch_size)


class BatchLosses:
    """The mean loss of each batch of an epoch, in at most `MOST_LOSSES` float32 numbers (2 KiB).

    If there are more batches, each number is the mean over `stride` neighbouring batches.
    """

    def __init__(self, batches: int) -> None:
        """Make room for the losses of `batches` batches. They are NaN until they are added."""
        self.stride = -(-batches // MOST_LOSSES)
        self._values = np.full(-(-batches // self.stride), np.nan, dtype=np.float32)

    def add(self, batch: int, loss: float) -> None:
        """Add the mean loss of batch number `batch`, counted from 0. The caller adds the batches in order."""
        at, before = divmod(batch, self.stride)
        # The array stores only running means, rounded to float32 after each batch. So an epoch that was saved and continued has
        # bit-identical means.
        mean = self._values[at] if before else np.float32(0)
        self._values[at] = mean + (np.float32(loss) - mean) / np.float32(before + 1)

    def until(self, batch: int) -> Array:
        """Return a read-only copy of the losses of the first `batch` batches."""
        return frozen(self._values[: -(-batch // self.stride)].copy())

    def set(self, losses: Array) -> None:
        """Restore the losses of the first batches, which an earlier call of `until` returned."""
        self._values[: len(losses)] = losses


class Epoch:
    """An epoch in progress. It keeps the batch size and the order of examples that it began with."""

    def __init__(self, number: int, data: Split, training: TrainingConfig) -> None:
        """Prepare epoch `number`, counted from 1, on these examples."""
        self.number = number
        self.begun_with = training
        self.training = training
        """The hyperparameters of the next batch."""
        self.batch_size = training.batch_size or len(data)
        self.batches = batch_count(len(data), training.batch_size)
        self.batch = 0
        """The number of complete batches."""
        self.examples = 0
        """The number of processed examples, including those of the current batch."""
        self.loss = 0.0
        """The sum of the losses of all examples in the complete batches. The loss of a batch is measured before its update."""
        self.correct = 0
        """The number of correct predictions in the complete batches of this epoch."""
        self.losses = BatchLosses(self.batches)
        self.seconds = 0.0
        """The training time in seconds, including that of the current batch."""
        self.pace: tuple[float, float] | None = None
        """The pace as (seconds for each update, examples for each second); None before the first batch is complete."""
        self.data = data
        self._order = epoch_order(len(data), training, number)
        self._timed = (0, 0)

    @property
    def done(self) -> bool:
        """True if every batch is complete."""
        return self.batch == self.batches

    @property
    def share(self) -> float:
        """The share of the examples that were processed, 0 to 1."""
        return self.examples / len(self.data)

    @property
    def chosen(self) -> Labels:
        """The indices of the examples in the next batch, shape (batch,)."""
        first = self.batch * self.batch_size
        return self._order[first : first + self.batch_size]

    def skip(
        self, batches: int, loss: float, correct: int, seconds: float = 0.0, batch_losses: Array | None = None
    ) -> None:
        """Continue from a checkpoint with `batches` complete batches and these sums of their losses and correct predictions.

        `seconds` is 0 if unknown.
        """
        self.batch, self.loss, self.correct, self.seconds = batches, loss, correct, seconds
        if batch_losses is not None:
            self.losses.set(batch_losses)
        self.drop_batch()
        if seconds:
            self._timed = batches, self.examples

    def plan(self, training: TrainingConfig) -> None:
        """Use these hyperparameters for the next batches."""
        self.training = training

    def drop_batch(self) -> None:
        """Discard the results that were computed for the current batch."""
        self.examples = min(self.batch * self.batch_size, len(self.data))

    def batch_acts(self, step: TrainingStep, optimizer: Optimizer) -> Iterator[Act]:
        """Do the update of the next batch step by step, and yield each step as an `Act`, such as one layer's forward
        pass. The last one completes the batch.

        Raises:
            Diverged: if the loss or a parameter is not finite.
        """
        started = perf_counter()
        first, chosen = self.batch * self.batch_size, self.chosen
        identity = BatchIdentity(self.training.seed, self.number, self.batch, self.batches)
        for act in step.update_acts(self.data.images, self.data.labels, chosen, optimizer, self.training, identity):
            # The time that the caller takes between two steps is not counted as training time.
            self.seconds += perf_counter() - started
            self.examples = first + step.gradient.examples
            if act.phase is Phase.UPDATE:
                self._count(len(chosen), step.gradient)
            yield act
            started = perf_counter()

    def _count(self, examples: int, gradient: Gradient) -> None:
        self.losses.add(self.batch, gradient.loss / examples)
        self.batch += 1
        self.loss += gradient.loss
        self.correct += gradient.correct
        batches, total = self._timed = self._timed[0] + 1, self._timed[1] + examples
        self.pace = self.seconds / batches, total / self.seconds
