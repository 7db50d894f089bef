"""Chunks: a large batch is split into equal parts, and the gradients of the parts are added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.fast.buffers import Buffers
from tui_nn.core.parameters import Array, Labels, Parameters

CHUNK_ROWS = 1024
"""The most examples in a chunk. Larger chunks would need more memory and delay a pause."""

_WHOLE_BELOW = 200
"""A batch of fewer examples is one chunk, because two threads would wait for each other longer than they save."""


def chunk_rows(batch: int) -> int:
    """Return how many examples of a batch go into one chunk: all, or so many that there is an even number of equal chunks.

    The result depends only on the size of the batch, so training gives the same bits for any number of workers.
    """
    if batch < _WHOLE_BELOW:
        return batch
    pairs = -(-batch // (2 * CHUNK_ROWS))
    return -(-batch // (2 * pairs))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some examples of a batch, and the arrays in which a worker processes them."""

    number: int
    """The number of the chunk in its batch, from 0."""
    chosen: Labels
    """The indices of the examples, (rows,)."""
    buffers: Buffers
    gradient: Parameters
    """The arrays to which the worker writes the gradient of this chunk."""


class Gradient:
    """The sums over the chunks of a batch: gradient, loss and correct predictions."""

    def __init__(self, network: NetworkConfig) -> None:
        self.total = Parameters.zeros(network)
        self.loss = 0.0
        """The sum of the losses of the examples that are done."""
        self.correct = 0
        """How many of these examples were predicted correctly."""
        self.examples = 0
        """How many examples are done."""
        self._sizes: tuple[float, ...] = ()
        self._network = network
        self._parts: list[Parameters] = []

    def begin(self) -> None:
        """Start a new batch."""
        self.loss, self.correct, self.examples, self._sizes = 0.0, 0, 0, ()

    @property
    def sizes(self) -> tuple[float, ...]:
        """The RMS of the gradient of each layer's weights: the gradient that backprop computed, before penalty and clipping."""
        return self._sizes or tuple(_rms(gradient) for gradient in self.total.weights)

    def note_sizes(self) -> None:
        """Note `sizes` before penalty and clipping change the gradient."""
        self._sizes = self.sizes

    @property
    def part(self) -> Parameters:
        """The gradient of one chunk before it is added to the total. The first chunk of a batch is written to the total."""
        return self.target(0, first=False)

    def target(self, worker: int, *, first: bool) -> Parameters:
        """Return the arrays to which a worker writes its gradient. `first` means that these are the first chunks of the batch."""
        if first and worker == 0:
            return self.total
        while len(self._parts) <= worker:
            self._parts.append(Parameters.zeros(self._network))
        return self._parts[worker]

    def add(self, chunk: Chunk) -> None:
        """Add the results of a chunk. Chunks are added in order, so the bits are the same for any number of workers."""
        self.loss += chunk.buffers.batch.loss
        self.correct += chunk.buffers.correct
        self.examples += chunk.buffers.rows
        if chunk.gradient is not self.total:
            self.total.vector += chunk.gradient.vector


def _rms(gradient: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(gradient) / gradient.size**0.5)
