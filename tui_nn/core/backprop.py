"""One update, act by act: forward, loss, backward, update.

There is one implementation. Drained, the acts are the training step; paused between two of them, they are a look inside
it. Everything is computed in place, in a `Workspace` that is made once for a batch shape.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial

import numpy as np

from tui_nn.core.arrays import Array, Labels, Pixels
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.losses import write_targets
from tui_nn.core.network import MLP, chunk_rows
from tui_nn.core.noise import NOISES
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer
from tui_nn.core.parameters import Parameters
from tui_nn.core.place import Place, Purpose
from tui_nn.core.regularization import add_penalty, clip, draw_mask, shrink
from tui_nn.core.schedules import scheduled_rate
from tui_nn.core.workers import side_by_side, worker_count

_PLAIN = TrainingConfig()
"""The mean, with nothing added."""

_KEPT_SHAPES = 4
"""An epoch meets four at most: a chunk of a batch, what is left for its last one, and both of the last batch."""


class Phase(StrEnum):
    """The part of an update that an act belongs to."""

    BATCH = "batch"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Made(StrEnum):
    """What an act has just computed, as it is called on the screen."""

    X = "x"
    Z = "z"
    A = "a"
    OUTPUT = "p"
    LOSS = "loss"
    DELTA = "δ"
    GRADIENT = "dW"
    STEP = "update"


@dataclass(frozen=True, slots=True)
class Act:
    """One visible part of an update, named after what was just computed."""

    phase: Phase
    layer: int | None
    formula: str
    made: Made


class Diverged(ArithmeticError):
    """The loss or a parameter is no longer a finite number; the message says which."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one update of a network, built once."""

    batch: Act
    forward: tuple[tuple[Act, Act], ...]
    """A layer's z and a, first layer first; the last layer's a are the outputs."""
    loss: Act
    backward: tuple[tuple[Act, Act], ...]
    """A layer's delta and its gradient, first layer first."""
    update: dict[str, Act]
    """By the name of the optimizer."""

    @classmethod
    def of(cls, mlp: MLP) -> Acts:
        """The acts for this network."""
        layers = range(mlp.config.layer_count)
        below = ["x", *(f"a{layer}" for layer in layers[:-1])]
        bias = [f" + b{layer}" if mlp.config.use_bias else "" for layer in layers]
        z = [f"z{layer} = {below[layer]} @ W{layer}{bias[layer]}" for layer in layers]
        a = [*(mlp.activation.formula for _ in layers[:-1]), mlp.loss.output_formula]
        delta = [*(f"δ{k} = (δ{k + 1} @ W{k + 1}.T) · f'(z{k})" for k in layers[:-1]), mlp.loss.delta_formula]
        gradient = [f"dW{layer} = {below[layer]}.T @ δ{layer}" for layer in layers]
        made = [*(Made.A for _ in layers[:-1]), Made.OUTPUT]
        forward, backward = Phase.FORWARD, Phase.BACKWARD
        return cls(
            batch=Act(Phase.BATCH, None, "x = pixels / 255" if mlp.config.scale_pixels else "x = pixels", Made.X),
            forward=tuple((Act(forward, k, z[k], Made.Z), Act(forward, k, a[k], made[k])) for k in layers),
            loss=Act(Phase.LOSS, None, mlp.loss.formula, Made.LOSS),
            backward=tuple(
                (Act(backward, k, delta[k], Made.DELTA), Act(backward, k, gradient[k], Made.GRADIENT)) for k in layers
            ),
            update={rule.name: Act(Phase.UPDATE, None, rule.formula, Made.STEP) for rule in OPTIMIZERS.values()},
        )


class Workspace:
    """Buffers for a batch, or a chunk of a large one: what its examples are on their way through the layers."""

    def __init__(self, config: NetworkConfig, rows: int) -> None:
        """Make room for `rows` examples in the network of `config`."""

        def buffers() -> tuple[Array, ...]:
            hidden = [np.empty((rows, fan_out), config.dtype) for fan_out in config.hidden_sizes]
            return (*hidden, columns())

        def columns() -> Array:
            # Column by column in memory: what is done to ten numbers an example is then done to many examples at once.
            return np.empty((rows, config.output_size), config.dtype, "F")

        self.rows = rows
        self._scaled = config.scale_pixels
        self.pixels = np.empty((rows, config.input_size), dtype=np.uint8)
        self.x = np.empty((rows, config.input_size), dtype=config.dtype)
        self.labels = np.empty(rows, dtype=np.uint8)
        self.targets = columns()
        """(rows, classes): what the outputs should be, 1 for the label and 0 for the others."""
        self.z, self.a, self.delta = buffers(), buffers(), buffers()
        """(rows, fan_out) each, one a layer; the last `a` are the outputs."""
        self.slope = buffers()[:-1]
        """Of the hidden layers: the delta of the outputs takes none."""
        self.drops = False
        """Whether dropout is under way: then `masks` and `left` are those of the examples here."""
        self.losses = np.empty(rows, dtype=config.dtype)
        self.loss = 0.0
        """Summed over the examples."""
        self.correct = 0
        """Examples whose largest output is their label."""
        self.ones = np.ones(rows, dtype=config.dtype)

    @cached_property
    def masks(self) -> tuple[Array, ...]:
        """What the a of each hidden layer are multiplied with; there once a batch has dropout."""
        return tuple(np.empty_like(a) for a in self.a[:-1])

    @cached_property
    def left(self) -> tuple[Array, ...]:
        """What that leaves of them."""
        return tuple(np.empty_like(a) for a in self.a[:-1])

    def hand_on(self, layer: int) -> Array:
        """What the layer above gets of this one's a: all, or what dropout leaves of a hidden layer's."""
        if self.drops and layer < len(self.masks):
            np.multiply(self.a[layer], self.masks[layer], out=self.left[layer])
        return self.below(layer + 1)

    def below(self, layer: int) -> Array:
        """What enters a layer, (rows, fan_in)."""
        if layer == 0:
            return self.x
        return self.left[layer - 1] if self.drops and layer <= len(self.masks) else self.a[layer - 1]

    def load(self, images: Pixels, labels: Labels, chosen: Labels) -> None:
        """Fill in the chosen examples: `images` (n, 784), `labels` (n,), `chosen` (rows,)."""
        # mode="clip" lets take write straight into out; the indices are a permutation and never out of range.
        np.take(images, chosen, axis=0, out=self.pixels, mode="clip")
        np.take(labels, chosen, out=self.labels, mode="clip")
        self.x[...] = self.pixels
        if self._scaled:
            self.x /= 255
        write_targets(self.labels, self.targets)


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
        l2 = 0.0 if OPTIMIZERS[training.optimizer].decay else training.l2
        if training.l1 or l2:
            add_penalty(gradient.total, self.mlp.parameters, training.l1, l2)

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
