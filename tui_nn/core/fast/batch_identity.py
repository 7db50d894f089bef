"""The identity of a batch: seed, epoch and number. All random numbers of the batch follow from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.randomness import Purpose
from tui_nn.core.parameters import Labels


@dataclass(frozen=True, slots=True)
class BatchIdentity:
    """One batch of one epoch of one run.

    The learning rate and the random numbers of a batch depend only on this identity, so any batch can be repeated by itself.
    """

    seed: int
    epoch: int
    """The number of the epoch, from 1."""
    batch: int
    """The number of the batch in its epoch, from 0."""
    batches: int
    """The number of batches in the epoch."""

    @property
    def position(self) -> float:
        """The training progress at the middle of this batch, in epochs. For example, the middle of the first epoch is 0.5."""
        return self.epoch - 1 + (self.batch + 0.5) / self.batches

    def random(self, purpose: Purpose, chunk: int = 0) -> np.random.Generator:
        """Return a new random generator for one purpose in one chunk. Calls with the same arguments give the same
        random numbers.
        """
        return np.random.default_rng((self.seed, purpose, self.epoch, self.batch, chunk))


def epoch_order(examples: int, training: TrainingConfig, epoch: int) -> Labels:
    """Return the order in which an epoch uses the examples, as indices (examples,). The order depends only on the seed
    and the epoch.
    """
    if not training.shuffle:
        return np.arange(examples)
    return np.random.default_rng((training.seed, Purpose.ORDER, epoch)).permutation(examples)
