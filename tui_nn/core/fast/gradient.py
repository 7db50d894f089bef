"""The gradient of a batch, and the chunks that it is summed over."""

from __future__ import annotations

from dataclasses import dataclass

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.fast.buffers import Workspace
from tui_nn.core.parameters import Labels, Parameters


class Gradient:
    """The gradient of a batch, summed over its chunks, and what the batch cost before its update."""

    def __init__(self, config: NetworkConfig) -> None:
        self.total = Parameters.zeros(config)
        self.loss = 0.0
        """Summed over the examples that are done."""
        self.correct = 0
        """Those of them whose largest output was their label."""
        self.examples = 0
        """How many are done."""
        self._config = config
        self._parts: list[Parameters] = []

    def begin(self) -> None:
        """Forget the batch before."""
        self.loss, self.correct, self.examples = 0.0, 0, 0

    @property
    def part(self) -> Parameters:
        """Of one chunk, before it is added to the total: not the first, which is written there."""
        return self.place(0, first=False)

    def place(self, worker: int, *, first: bool) -> Parameters:
        """Where a worker writes the gradient of its chunk; `first` if the chunks at work are the first of their batch."""
        if first and worker == 0:
            return self.total
        while len(self._parts) <= worker:
            self._parts.append(Parameters.zeros(self._config))
        return self._parts[worker]

    def add(self, chunk: Chunk) -> None:
        """Add what a chunk found. They come in order, so that the sum has the same bits however many are at work."""
        self.loss += chunk.space.loss
        self.correct += chunk.space.correct
        self.examples += chunk.space.rows
        if chunk.into is not self.total:
            self.total.vector += chunk.into.vector


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some examples of a batch, and where they are worked through."""

    number: int
    """Of its batch, from 0."""
    chosen: Labels
    """(rows,): the indices of its examples."""
    space: Workspace
    into: Parameters
    """Where its gradient goes."""
    batch: int
    """Examples in the whole batch."""
