"""One epoch: every training example once, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from tui_nn.core.arrays import Labels
from tui_nn.core.backprop import Act, Backprop
from tui_nn.core.config import TrainingConfig
from tui_nn.core.network import CHUNK
from tui_nn.core.optimizers import Optimizer
from tui_nn.data.dataset import Split

_SHUFFLE = 1


def batch_count(examples: int, batch_size: int | None) -> int:
    """Updates in an epoch: the last batch may be smaller."""
    return 1 if batch_size is None else -(-examples // batch_size)


class Epoch:
    """An epoch under way. Its batch size and order are those it began with."""

    def __init__(self, number: int, data: Split, training: TrainingConfig) -> None:
        self.number = number
        self.begun_with = training
        self.training = training
        """Replaced when a hyperparameter changes; takes effect at the next batch."""
        self.batch_size = training.batch_size or len(data)
        self.batches = batch_count(len(data), training.batch_size)
        self.batch = 0
        """Batches done."""
        self.examples = 0
        """Examples seen, those of a batch under way included."""
        self.loss = 0.0
        """Summed over the examples of the batches done, each before its update."""
        self.correct = 0
        self.seconds = 0.0
        self.timed_batches = 0
        self._data = data
        self._order = shuffled(len(data), training, number)

    @property
    def done(self) -> bool:
        """Whether every batch is done."""
        return self.batch == self.batches

    @property
    def share(self) -> float:
        """Share of the examples that are done, 0 to 1."""
        return self.examples / len(self._data)

    @property
    def pace(self) -> tuple[float, float]:
        """Seconds a step and examples a second, of the batches done."""
        examples = min(self.timed_batches * self.batch_size, len(self._data))
        return self.seconds / self.timed_batches, examples / self.seconds

    def skip(self, batches: int, loss: float, correct: int) -> None:
        """Go to where a saved run was: after `batches`, with the sums it had."""
        self.batch, self.loss, self.correct = batches, loss, correct
        self.examples = min(batches * self.batch_size, len(self._data))

    def batch_acts(self, backprop: Backprop, optimizer: Optimizer) -> Iterator[Act]:
        """The acts of the next batch's update.

        Raises:
            Diverged: if the loss or a parameter is not finite.
        """
        started = perf_counter()
        chosen = self._order[self.batch * self.batch_size : (self.batch + 1) * self.batch_size]
        seen = 0
        acts = backprop.update_acts(self._data.images, self._data.labels, chosen, optimizer, self.training)
        for act in acts:
            if act is backprop.acts.batch:
                # A pause may come here: what passes while nobody asks for the next act is not time spent training.
                self.seconds += perf_counter() - started
                yield act
                started = perf_counter()
            else:
                if act is backprop.acts.loss:
                    seen = min(seen + CHUNK, len(chosen))
                    self.examples = self.batch * self.batch_size + seen
                yield act
        self.batch += 1
        self.timed_batches += 1
        self.loss += backprop.gradient.loss
        self.correct += backprop.gradient.correct
        self.seconds += perf_counter() - started


def shuffled(examples: int, training: TrainingConfig, epoch: int) -> Labels:
    """The order of an epoch's examples, (examples,): from the seed and the epoch alone, so that any epoch can be replayed."""
    if not training.shuffle:
        return np.arange(examples)
    return np.random.default_rng((training.seed, _SHUFFLE, epoch)).permutation(examples)
