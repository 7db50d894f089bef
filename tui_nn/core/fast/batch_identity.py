"""Which batch this is: the number of its run, epoch and batch, from which all its randomness follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.parameters import Labels


class Purpose(IntEnum):
    """What random numbers are drawn for. Each purpose has its own stream from the same seed."""

    WEIGHTS = 0
    """Drawn once for a network."""
    ORDER = 1
    """Drawn once for an epoch."""
    DROPOUT = 2
    AUGMENTATION = 3


@dataclass(frozen=True, slots=True)
class BatchIdentity:
    """One batch of one epoch of one run.

    Its learning rate and its random numbers depend on nothing else, so any batch can be repeated by itself.
    """

    seed: int
    epoch: int
    """From 1."""
    batch: int
    """From 0."""
    batches: int
    """How many batches the epoch has."""

    @property
    def position(self) -> float:
        """The epochs done in the middle of this batch: 0.5 for the first full batch."""
        return self.epoch - 1 + (self.batch + 0.5) / self.batches

    def random(self, purpose: Purpose, chunk: int = 0) -> np.random.Generator:
        """Return a new random generator for one purpose in one chunk of the batch; it always draws the same numbers."""
        return np.random.default_rng((self.seed, purpose, self.epoch, self.batch, chunk))


def epoch_order(examples: int, training: TrainingConfig, epoch: int) -> Labels:
    """Return the order of the examples in an epoch, (examples,). It depends on seed and epoch only."""
    if not training.shuffle:
        return np.arange(examples)
    return np.random.default_rng((training.seed, Purpose.ORDER, epoch)).permutation(examples)
