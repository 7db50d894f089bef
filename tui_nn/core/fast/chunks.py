"""Chunks: a large batch is split into equal parts, and the gradients of the parts are added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.fast.buffers import Buffers
from tui_nn.core.parameters import Array, Labels, Parameters

CHUNK_ROWS = 1024
"""The largest number of examples in a chunk. Larger chunks would need more memory and delay a pause."""

_WHOLE_BELOW = 200
"""A batch is split into chunks from this number of examples on. In a smaller batch, two threads would lose more time waiting for
each other than they save.
"""


def chunk_rows(batch: int) -> int:
    """Return the number of examples in each chunk (part) of a batch of this size.

    A small batch is one chunk. Otherwise there is an even number of equal chunks. The result depends only on the size
    of the batch, so training gives the same bits for any number of workers.
    """
    if batch < _WHOLE_BELOW:
        return batch
    pairs = -(-batch // (2 * CHUNK_ROWS))
    return -(-batch // (2 * pairs))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: some examples of a batch, and the arrays in which one worker thread processes them."""

    number: int
    """The number of the chunk in its batch, from 0."""
    chosen: Labels
    """The indices of the examples, shape (rows,)."""
    buffers: Buffers
    gradient: Parameters
    """The arrays to which the worker writes the gradient of this chunk."""


class Gradient:
    """The sums over the chunks of a batch: gradient, loss and correct predictions."""

    def __init__(self, network: NetworkConfig) -> None:
        self.total = Parameters.zeros(network)
        self.loss = 0.0
        """The sum of the losses of the examples processed so far."""
        self.correct = 0
        """The number of correct predictions among the examples processed so far."""
        self.examples = 0
        """The number of examples processed so far."""
        self._sizes: tuple[float, ...] = ()
        self._network = network
        self._parts: list[Parameters] = []

    def begin(self) -> None:
        """Set all sums to 0 for a new batch."""
        self.loss, self.correct, self.examples, self._sizes = 0.0, 0, 0, ()

    @property
    def sizes(self) -> tuple[float, ...]:
        """The RMS of each layer's weight gradient before penalty and clipping."""
        return self._sizes or tuple(_rms(gradient) for gradient in self.total.weights)

    def note_sizes(self) -> None:
        """Store `sizes`, the RMS of each layer's gradient. Call this before penalty and clipping change the gradient."""
        self._sizes = self.sizes

    @property
    def part(self) -> Parameters:
        """The arrays for the gradient of a chunk (part of the batch) that is not added to the total yet.

        The first chunk of a batch does not need them, because it writes into the total.
        """
        return self.target(0, first=False)

    def target(self, worker: int, *, first: bool) -> Parameters:
        """Return the arrays to which worker thread `worker` writes its gradient.

        `first` is True while the workers process the first chunks of a batch. Worker 0 then writes directly into the total.
        """
        if first and worker == 0:
            return self.total
        while len(self._parts) <= worker:
            self._parts.append(Parameters.zeros(self._network))
        return self._parts[worker]

    def add(self, chunk: Chunk) -> None:
        """Add the results of a chunk to the sums.

        The caller adds the chunks in their order in the batch, so the bits are the same for any number of workers.
        """
        self.loss += chunk.buffers.batch.loss
        self.correct += chunk.buffers.correct
        self.examples += chunk.buffers.rows
        if chunk.gradient is not self.total:
            self.total.vector += chunk.gradient.vector


def _rms(gradient: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(gradient) / gradient.size**0.5)
