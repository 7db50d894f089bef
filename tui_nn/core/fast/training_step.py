"""The training step: it runs core/backprop.py on the chunks of a batch, several chunks at a time, and pauses on request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.backprop import backprop
from tui_nn.core.choices.schedules import scheduled_rate
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.buffers import Buffers, Scratch
from tui_nn.core.fast.chunks import Chunk, Gradient, chunk_rows
from tui_nn.core.fast.workers import side_by_side, worker_count
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import Optimizer, apply_update, in_one_piece
from tui_nn.core.parameters import Array, Labels, Pixels
from tui_nn.core.watch.acts import Act, Acts

_PLAIN = TrainingConfig()

_KEPT_SHAPES = 4
"""The number of different buffer sizes that stay allocated.

An epoch needs at most four sizes: two for full batches and two for the last, smaller batch. In each batch, the last
chunk may be smaller than the other chunks.
"""

_WORTH_SPLITTING = 200_000
"""From this number of parameters on, an update is split over the worker threads. For fewer parameters, one thread is faster."""


class TrainingStep:
    """The training step of one network. All its updates share one gradient and one set of buffers."""

    def __init__(self, mlp: MLP) -> None:
        self.mlp = mlp
        self.acts = Acts.of(mlp)
        self.gradient = Gradient(mlp.config)
        self.by_act = True
        """True if an update pauses after every visible step of its calculation (act).

        If it is False, the workers process several chunks at a time, and an update pauses only between two such groups
        of chunks and at its end. The result is the same. A caller may change the value in any pause.
        """
        self._buffers: dict[tuple[int, int], Buffers] = {}
        self._scratch: dict[int, Scratch] = {}

    def update_acts(
        self, pictures: Pixels | Array, labels: Labels, chosen: Labels, optimizer: Optimizer,
        training: TrainingConfig, identity: BatchIdentity | None = None,
    ) -> Iterator[Act]:  # fmt: skip
        """Do one update for the chosen examples. Pause after visible steps of the calculation (acts).

        A large batch is processed in chunks (parts). `pictures` are (n, d), `labels` (n,), and `chosen` (batch,) are
        indices into both. Learning rate, dropout and augmentation depend on the batch `identity`. Without an identity,
        the update uses neither schedule nor dropout nor augmentation. The parameters change just before the last act. A
        caller that stops earlier leaves them as they are.

        Raises:
            Diverged: if the loss or a parameter is not finite. The parameters may then be changed already.
        """
        yield from self.batch_acts(pictures, labels, chosen, training, identity)
        rate = scheduled_rate(training, identity.position) if identity else training.learning_rate
        if training.clip_norm or training.l1 or training.l2:
            self.gradient.note_sizes()
        apply_update(self.mlp.parameters, self.gradient.total, optimizer, training, rate, in_slices)
        yield self.acts.update[optimizer.rule.name]

    def batch_acts(
        self, pictures: Pixels | Array, labels: Labels, chosen: Labels,
        training: TrainingConfig = _PLAIN, identity: BatchIdentity | None = None, rows: int | None = None,
    ) -> Iterator[Act]:  # fmt: skip
        """Do all visible steps (acts) of an update except the last, which changes the parameters.

        `gradient` then holds the gradient of the loss, without penalties. A chunk (part of the batch) has `rows`
        examples, or as many as `chunk_rows` returns.

        Raises:
            Diverged: if the loss is not finite.
        """
        gradient = self.gradient
        gradient.begin()
        rows = rows or chunk_rows(len(chosen))
        share = 1.0 if training.reduction == "sum" else 1 / len(chosen)
        while gradient.examples < len(chosen):
            if gradient.examples and not self.by_act:
                yield self.acts.batch
            chunks = self._next_chunks(chosen, rows)
            if self.by_act:
                yield from self._chunk_acts(chunks[0], pictures, labels, training, identity, share)
            else:
                side_by_side(
                    [partial(self._run, chunk, pictures, labels, training, identity, share) for chunk in chunks]
                )
            for chunk in chunks:
                gradient.add(chunk)

    def answers(
        self,
        pictures: Pixels | Array,
        labels: Labels,
        chosen: Labels,
        training: TrainingConfig,
        identity: BatchIdentity,
    ) -> tuple[Array, Array]:
        """Return the losses, shape (batch,), and the outputs, shape (batch, classes), for the examples `chosen`.

        The batch uses the same dropout and augmentation as its update. The losses are computed without label smoothing.
        The function overwrites only the buffers. NaN and infinite numbers raise no error.
        """
        rows, losses, outputs = chunk_rows(len(chosen)), list[Array](), list[Array]()
        for number, start in enumerate(range(0, len(chosen), rows)):
            part = chosen[start : start + rows]
            buffers = self.buffers(len(part))
            batch = buffers.batch
            buffers.load(pictures, labels, part, training, identity, number)
            for _ in self.mlp.forward(batch.x, batch.z, batch.a, batch.masks, batch.dropped):
                pass
            losses.append(self.mlp.loss.values(batch.z[-1], batch.a[-1], batch.targets, batch.scratch[-1]))
            outputs.append(batch.a[-1].copy())
        return np.concatenate(losses), np.concatenate(outputs)

    def buffers(self, rows: int, worker: int = 0) -> Buffers:
        """Return the buffers for chunks (parts of a batch) of `rows` examples. Each worker thread has its own buffers."""
        key = rows, worker
        if key not in self._buffers:
            kept = {shape for shape, _ in self._buffers}
            if rows not in kept and len(kept) == _KEPT_SHAPES:
                oldest = next(iter(self._buffers))[0]
                self._buffers = {key: found for key, found in self._buffers.items() if key[0] != oldest}
            scratch = self._scratch.setdefault(worker, Scratch())
            self._buffers[key] = Buffers(self.mlp.config, rows, scratch)
        return self._buffers[key]

    def _next_chunks(self, chosen: Labels, rows: int) -> list[Chunk]:
        """Return the next chunks of the batch: one for each worker, or a single one if the update pauses after every visible step
        (act).
        """
        done = self.gradient.examples // rows
        chunks = []
        for worker in range(1 if self.by_act else worker_count()):
            number = done + worker
            if len(part := chosen[number * rows : (number + 1) * rows]):
                target = self.gradient.target(worker, first=done == 0)
                chunks.append(Chunk(number, part, self.buffers(len(part), worker), target))
        return chunks

    def _chunk_acts(
        self, chunk: Chunk, pictures: Pixels | Array, labels: Labels,
        training: TrainingConfig, identity: BatchIdentity | None, share: float,
    ) -> Iterator[Act]:  # fmt: skip
        chunk.buffers.load(pictures, labels, chunk.chosen, training, identity, chunk.number)
        yield self.acts.batch
        for step in backprop(self.mlp, chunk.buffers.batch, chunk.gradient, share):
            if step[0] == "loss":
                chunk.buffers.count_correct()
            yield self.acts.of_step[step]

    def _run(
        self, chunk: Chunk, pictures: Pixels | Array, labels: Labels,
        training: TrainingConfig, identity: BatchIdentity | None, share: float,
    ) -> None:  # fmt: skip
        """Process a chunk (part of the batch) without pauses.

        A deque with maxlen=0 runs the generator to its end, faster than a Python loop would.
        """
        chunk.buffers.load(pictures, labels, chunk.chosen, training, identity, chunk.number)
        deque(backprop(self.mlp, chunk.buffers.batch, chunk.gradient, share), maxlen=0)
        chunk.buffers.count_correct()


def in_slices(move: Callable[[slice], None], count: int) -> None:
    """Split a vector of `count` numbers into slices, and call `move` for each slice on a worker thread of its own. A
    short vector is one slice.

    An optimizer computes each element by itself, so the result is the same to the bit for any number of slices.
    """
    if count < _WORTH_SPLITTING:
        in_one_piece(move, count)
        return
    length = -(-count // worker_count())
    side_by_side([partial(move, slice(start, start + length)) for start in range(0, count, length)])
