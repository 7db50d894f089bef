"""Buffers: memory that is allocated once and then used for every batch, so that the training loop allocates nothing."""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.backprop import Batch
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.dropout import draw_mask
from tui_nn.core.choices.pixels import gather
from tui_nn.core.choices.randomness import Purpose
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.losses import write_targets
from tui_nn.core.parameters import Array, Labels, Pixels


class Scratch:
    """Arrays for intermediate results, found by their names. Each worker thread has its own `Scratch`."""

    def __init__(self) -> None:
        self._bytes: dict[str, NDArray[np.uint8]] = {}

    def __call__(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return the array with this name. Its contents are arbitrary, and the next call with this name may overwrite it."""
        kind = np.dtype(dtype)
        size = prod(shape) * kind.itemsize
        found = self._bytes.get(name)
        if found is None or found.size < size:
            found = self._bytes[name] = np.empty(size, dtype=np.uint8)
        return found[:size].view(kind).reshape(shape)


class Buffers:
    """The arrays in which one chunk, a part of a batch, is processed. `load` fills in the examples."""

    def __init__(self, network: NetworkConfig, rows: int, scratch: Scratch) -> None:
        """Allocate the arrays in which the network processes `rows` examples."""
        self.rows = rows
        self.batch = Batch.empty(network, rows)
        self.labels: Labels = np.empty(rows, dtype=np.uint8)
        self.correct = 0
        """The number of correct predictions in the chunk, which `count_correct` sets after the forward pass."""
        self._network = network
        self._pixels: Pixels = np.empty((rows, network.input_size), dtype=np.uint8)
        self._scratch = scratch

    def load(
        self, pictures: Pixels | Array, labels: Labels, chosen: Labels, training: TrainingConfig,
        identity: BatchIdentity | None, chunk: int,
    ) -> None:  # fmt: skip
        """Fill in the chosen examples of pictures (n, d) and labels (n,), augment them and draw the masks of dropout.

        `chosen` (rows,) are indices. Without a batch `identity`, there is neither augmentation nor dropout.
        """
        batch = self.batch
        labels.take(chosen, out=self.labels, mode="clip")
        gather(pictures, chosen, self._network, self._pixels, batch.x)
        write_targets(self.labels, batch.targets)
        batch.smoothed = self._smoothed if training.label_smoothing else batch.targets
        if training.label_smoothing:
            write_targets(self.labels, batch.smoothed, training.label_smoothing)
        batch.masks, batch.dropped = (), ()
        if identity is None:
            return
        if augment := AUGMENTATIONS[training.noise].apply:
            ink = 1.0 if self._network.scale_pixels else 255.0
            augment(batch.x, identity.random(Purpose.AUGMENTATION, chunk), training, ink, self._scratch)
        if training.dropout:
            batch.masks, batch.dropped = self._masks, self._dropped
            random = identity.random(Purpose.DROPOUT, chunk)
            for mask in batch.masks:
                draw_mask(random, training.dropout, mask)

    def count_correct(self) -> None:
        """Set `correct` to the number of examples whose label has the largest output."""
        self.correct = int(np.count_nonzero(self.batch.a[-1].argmax(axis=1) == self.labels))

    @cached_property
    def _masks(self) -> tuple[Array, ...]:
        return tuple(np.empty_like(a) for a in self.batch.a[:-1])

    @cached_property
    def _dropped(self) -> tuple[Array, ...]:
        return tuple(np.empty_like(a) for a in self.batch.a[:-1])

    @cached_property
    def _smoothed(self) -> Array:
        return np.empty_like(self.batch.targets)
