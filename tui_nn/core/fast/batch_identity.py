"""Where in its training a batch is: all that its learning rate and its randomness are derived from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What randomness is drawn for; each gets its own from the same seed. The first two draw once a network or epoch."""

    WEIGHTS = 0
    ORDER = 1
    DROPOUT = 2
    NOISE = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One batch of one epoch of one run. Nothing is carried along: any batch can be done again by itself."""

    seed: int
    epoch: int
    """From 1."""
    batch: int
    """From 0."""
    batches: int
    """In the epoch."""

    @property
    def position(self) -> float:
        """Epochs done in the middle of the batch: 0.5 of the first full batch."""
        return self.epoch - 1 + (self.batch + 0.5) / self.batches

    def random(self, purpose: Purpose, chunk: int = 0) -> np.random.Generator:
        """Randomness for one purpose in one chunk of the batch, the same whenever it is asked for."""
        return np.random.default_rng((self.seed, purpose, self.epoch, self.batch, chunk))
