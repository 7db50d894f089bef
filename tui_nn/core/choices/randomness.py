"""Random numbers.

Each purpose has its own stream, so that more random numbers for one purpose do not change the random numbers for other purposes.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

Random = np.random.Generator | np.random.RandomState


class Purpose(IntEnum):
    """The purposes of random numbers. Each has its own stream from the same seed."""

    WEIGHTS = 0
    """The start weights and biases, drawn once for a network."""
    ORDER = 1
    """The order of the examples, drawn once for an epoch."""
    DROPOUT = 2
    """The masks of dropout, drawn for every chunk of a batch."""
    AUGMENTATION = 3
    """The changes to the pictures, drawn for every chunk of a batch."""
    VALIDATION = 4
    """The examples that are set aside for validation, drawn once for a run."""


def random_source(seed: int, generator: str, *purpose: int) -> Random:
    """Return a random generator for one purpose. Its random numbers depend only on the seed and the purpose.

    "legacy" is numpy.random.RandomState, which the notebooks used. This generator has one stream for all purposes.
    """
    return np.random.RandomState(seed) if generator == "legacy" else np.random.default_rng((seed, *purpose))
