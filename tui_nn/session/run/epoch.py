"""One epoch: every training example once, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.backprop import Backprop
from tui_nn.core.fast.batch_identity import Place, Purpose
from tui_nn.core.fast.gradient import Gradient
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Labels
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.data.dataset import Split


def batch_count(examples: int, batch_size: int | None) -> int:
    """Updates in an epoch: the last batch may be smaller."""
    return 1 if batch_size is None else -(-examples // batch_size)


class Epoch:
    """An epoch under way. Its batch size and order are those it began with."""

    def __init__(self, number: int, data: Split, training: TrainingConfig) -> None:
        """Make ready epoch `number`, from 1, of these examples."""
        self.number = number
        self.begun_with = training
        self.training = training
        """Replaced when a hyperparameter changes; a batch goes by what it is when the batch begins."""
        self.batch_size = training.batch_size or len(data)
        self.batches = batch_count(len(data), training.batch_size)
        self.batch = 0
        """Batches done."""
        self.examples = 0
        """Examples seen, those of a batch under way included."""
        self.loss = 0.0
        """Summed over the examples of the batches done, each before its update."""
        self.correct = 0
        """Correct answers among them."""
        self.seconds = 0.0
        """Spent training, what is under way included."""
        self.pace: tuple[float, float] | None = None
        """Seconds a step and examples a second, of the batches done; None before the first."""
        self.data = data
        self._order = shuffled(len(data), training, number)
        self._timed = (0, 0)

    @property
    def done(self) -> bool:
        """Whether every batch is done."""
        return self.batch == self.batches

    @property
    def share(self) -> float:
        """Share of the examples that are done, 0 to 1."""
        return self.examples / len(self.data)

    @property
    def chosen(self) -> Labels:
        """The examples of the next batch, (batch,)."""
        first = self.batch * self.batch_size
        return self._order[first : first + self.batch_size]

    def skip(self, batches: int, loss: float, correct: int, seconds: float = 0.0) -> None:
        """Go to where a saved run was: after `batches`, with the sums it had; 0 seconds if they are not known."""
        self.batch, self.loss, self.correct, self.seconds = batches, loss, correct, seconds
        self.drop_batch()
        if seconds:
            self._timed = batches, self.examples

    def drop_batch(self) -> None:
        """Forget what was done of the batch under way."""
        self.examples = min(self.batch * self.batch_size, len(self.data))

    def batch_acts(self, backprop: Backprop, optimizer: Optimizer) -> Iterator[Act]:
        """The acts of the next batch's update. With the last one it is done; dropped before that, it never was.

        Raises:
            Diverged: if the loss or a parameter is not finite.
        """
        started = perf_counter()
        first, chosen = self.batch * self.batch_size, self.chosen
        place = Place(self.training.seed, self.number, self.batch, self.batches)
        for act in backprop.update_acts(self.data.images, self.data.labels, chosen, optimizer, self.training, place):
            # What passes until the next act is asked for is not time spent training.
            self.seconds += perf_counter() - started
            self.examples = first + backprop.gradient.examples
            if act.phase is Phase.UPDATE:
                self._count(len(chosen), backprop.gradient)
            yield act
            started = perf_counter()

    def _count(self, examples: int, gradient: Gradient) -> None:
        self.batch += 1
        self.loss += gradient.loss
        self.correct += gradient.correct
        batches, total = self._timed = self._timed[0] + 1, self._timed[1] + examples
        self.pace = self.seconds / batches, total / self.seconds


def shuffled(examples: int, training: TrainingConfig, epoch: int) -> Labels:
    """The order of an epoch's examples, (examples,): from seed and epoch alone, so that any epoch can be replayed."""
    if not training.shuffle:
        return np.arange(examples)
    return np.random.default_rng((training.seed, Purpose.ORDER, epoch)).permutation(examples)
