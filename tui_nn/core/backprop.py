"""One update, act by act: forward, loss, backward, update.

There is one implementation. Drained, the acts are the training step; paused between two of them, they are a look inside
it. Everything is computed in place, in a `Workspace` that is made once for a batch shape.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from functools import partial

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.augmentation import NOISES
from tui_nn.core.choices.regularization import add_penalty, clip, draw_mask, penalties, shrink
from tui_nn.core.choices.schedules import scheduled_rate
from tui_nn.core.fast.batch_identity import Place, Purpose
from tui_nn.core.fast.buffers import Workspace
from tui_nn.core.fast.gradient import Chunk, Gradient
from tui_nn.core.fast.workers import side_by_side, worker_count
from tui_nn.core.losses import write_targets
from tui_nn.core.network import MLP, chunk_rows
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Labels, Parameters, Pixels
from tui_nn.core.watch.acts import Act, Acts

_PLAIN = TrainingConfig()
"""The mean, with nothing added."""

_KEPT_SHAPES = 4
"""An epoch meets four at most: a chunk of a batch, what is left for its last one, and both of the last batch."""


class Diverged(ArithmeticError):
    """The loss or a parameter is no longer a finite number; the message says which."""


class Backprop:
    """What the updates of one network share: its acts, its gradient and a workspace for every batch shape met.

    The formulas are those of Nielsen, "Neural Networks and Deep Learning", chapter 2: BP1 (delta of the output), BP2
    (delta of a layer below), BP3 and BP4 (gradients of bias and weight).
    """

    def __init__(self, mlp: MLP) -> None:
        self.mlp = mlp
        self.acts = Acts.of(mlp)
        self.gradient = Gradient(mlp.config)
        self.by_act = True
        """Whether to pause after every act, or only between chunks and after the update: several chunks are then worked
        through side by side, and come to the same numbers. It may change in any pause."""
        self._spaces: dict[tuple[int, int], Workspace] = {}

    def update_acts(
        self,
        images: Pixels,
        labels: Labels,
        chosen: Labels,
        optimizer: Optimizer,
        training: TrainingConfig,
        place: Place | None = None,
    ) -> Iterator[Act]:
        """Do one update on the chosen examples, pausing after each act; a large batch goes through in chunks.

        `images` uint8 (n, 784), `labels` (n,), `chosen` (batch,) indices into both. Schedule, dropout and noise go by
        the place; without one there are none. The parameters change before the last act and nowhere else, so anything
        before it can be dropped.

        Raises:
            Diverged: if the loss or a parameter is not finite; the parameters may then be so too.
        """
        yield from self.batch_acts(images, labels, chosen, training, place)
        parameters, gradient = self.mlp.parameters, self.gradient.total.vector
        if training.clip_norm:
            clip(gradient, training.clip_norm)
        rate = scheduled_rate(training, place.position) if place else training.learning_rate
        if training.l2 and optimizer.rule.decay:
            shrink(parameters, rate * training.l2)
        optimizer.step(parameters.vector, gradient, training, rate)
        # The sum of squares takes half the time of a look at each number, and needs no memory; but it may overflow
        # where no number has.
        vector = parameters.vector
        if not math.isfinite(np.dot(vector, vector)) and not np.isfinite(vector).all():
            raise Diverged("the parameters are no longer finite numbers")
        yield self.acts.update[optimizer.rule.name]

    def batch_acts(
        self,
        images: Pixels,
        labels: Labels,
        chosen: Labels,
        training: TrainingConfig = _PLAIN,
        place: Place | None = None,
        rows: int | None = None,
    ) -> Iterator[Act]:
        """The acts of an update but the last; when they are done, `gradient` is that of what is minimised.

        That is the loss of a batch, for the reduction "mean" divided by its size, on smoothed labels, and the penalties
        l1 and l2. These and the smoothing are in no loss that is reported. Dropout and noise go by the place. `rows`
        examples make a chunk, or as many as `chunk_rows` says.

        Raises:
            Diverged: if the loss is not finite.
        """
        gradient = self.gradient
        gradient.begin()
        rows = rows or chunk_rows(len(chosen))
        while gradient.examples < len(chosen):
            if gradient.examples and not self.by_act:
                yield self.acts.batch
            chunks = self._next_chunks(chosen, rows)
            works = [self._chunk_acts(images, labels, chunk, training, place) for chunk in chunks]
            if self.by_act:
                yield from works[0]
            else:
                side_by_side([partial(_drain, work) for work in works])
            for chunk in chunks:
                gradient.add(chunk)
        l1, l2 = penalties(training)
        if l1 or l2:
            add_penalty(gradient.total, self.mlp.parameters, l1, l2)

    def workspace(self, rows: int, worker: int = 0) -> Workspace:
        """The buffers for batches or chunks of this many examples; each of those worked on at once has its own."""
        key = rows, worker
        if key not in self._spaces:
            kept = {shape for shape, _ in self._spaces}
            if rows not in kept and len(kept) == _KEPT_SHAPES:
                oldest = next(iter(self._spaces))[0]
                self._spaces = {key: space for key, space in self._spaces.items() if key[0] != oldest}
            self._spaces[key] = Workspace(self.mlp.config, rows)
        return self._spaces[key]

    def _next_chunks(self, chosen: Labels, rows: int) -> list[Chunk]:
        """The chunks of a batch to work on now."""
        done = self.gradient.examples // rows
        chunks = []
        for worker in range(1 if self.by_act else worker_count()):
            number = done + worker
            if len(part := chosen[number * rows : (number + 1) * rows]):
                space, into = self.workspace(len(part), worker), self.gradient.place(worker, first=done == 0)
                chunks.append(Chunk(number, part, space, into, len(chosen)))
        return chunks

    def _chunk_acts(
        self, images: Pixels, labels: Labels, chunk: Chunk, training: TrainingConfig, place: Place | None
    ) -> Iterator[Act]:
        chunk.space.load(images, labels, chunk.chosen)
        self._disturb(chunk.space, training, place, chunk.number)
        yield self.acts.batch
        yield from self._forward_acts(chunk.space)
        share = 1.0 if training.reduction == "sum" else 1 / chunk.batch
        yield from self._backward_acts(chunk.space, chunk.into, share, training.label_smoothing)

    def _disturb(self, space: Workspace, training: TrainingConfig, place: Place | None, chunk: int) -> None:
        """Add noise to what enters, and draw what dropout leaves of each hidden layer."""
        if place and (apply := NOISES[training.noise].apply):
            apply(space.x, place.random(Purpose.NOISE, chunk), training, 1.0 if self.mlp.config.scale_pixels else 255.0)
        space.drops = bool(place and training.dropout)
        if place and training.dropout:
            random = place.random(Purpose.DROPOUT, chunk)
            for mask in space.masks:
                draw_mask(random, training.dropout, mask)

    def _forward_acts(self, space: Workspace) -> Iterator[Act]:
        mlp = self.mlp
        below = space.x
        for layer, (z, a) in enumerate(zip(space.z, space.a, strict=True)):
            mlp.weigh(layer, below, z)
            yield self.acts.forward[layer][0]
            mlp.activate(layer, z, a)
            yield self.acts.forward[layer][1]
            below = space.hand_on(layer)
        # The delta of the outputs is not there yet: its place serves as scratch.
        space.losses[...] = mlp.loss.values(space.z[-1], space.a[-1], space.targets, space.delta[-1])
        space.loss = float(space.losses.sum(dtype=np.float64))
        if not math.isfinite(space.loss):
            raise Diverged("the loss is not a finite number")
        space.correct = int(np.count_nonzero(space.a[-1].argmax(axis=1) == space.labels))
        yield self.acts.loss

    def _backward_acts(self, space: Workspace, into: Parameters, share: float, smoothing: float) -> Iterator[Act]:
        mlp = self.mlp
        last = mlp.config.layer_count - 1
        for layer in range(last, -1, -1):
            delta = space.delta[layer]
            if layer == last:
                if smoothing:
                    write_targets(space.labels, space.targets, smoothing)
                mlp.loss.delta(space.a[last], space.targets, delta)
                delta *= share
            else:
                np.matmul(space.delta[layer + 1], mlp.parameters.weights[layer + 1].T, out=delta)
                mlp.activation.slope(space.z[layer], space.a[layer], space.slope[layer])
                delta *= space.slope[layer]
                if space.drops:
                    delta *= space.masks[layer]
            yield self.acts.backward[layer][0]
            below = space.below(layer)
            np.matmul(below.T, delta, out=into.weights[layer])
            if (bias := into.biases[layer]) is not None:
                np.matmul(space.ones, delta, out=bias)
            yield self.acts.backward[layer][1]


def _drain(acts: Iterator[Act]) -> None:
    deque(acts, maxlen=0)
