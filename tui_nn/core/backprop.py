"""One update, act by act: forward, loss, backward, update.

There is one implementation. Drained, the acts are the training step; paused between two of them, they are a look inside
it. Everything is computed in place, in a `Workspace` that is made once for a batch shape.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from tui_nn.core.arrays import Array, Labels, Pixels
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.network import CHUNK, MLP
from tui_nn.core.noise import NOISES
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer
from tui_nn.core.parameters import Parameters
from tui_nn.core.place import Place, Purpose
from tui_nn.core.regularization import add_penalty, clip, draw_mask, shrink
from tui_nn.core.schedules import scheduled_rate

_PLAIN = TrainingConfig()
"""The mean, with nothing added."""

_KEPT_WORKSPACES = 4
"""An epoch meets three shapes at most: a batch or chunk, a batch's last chunk, and what the last batch is."""


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
        """Make room for `rows` examples, at most CHUNK, in the network of `config`."""

        def buffers(sizes: tuple[int, ...]) -> tuple[Array, ...]:
            return tuple(np.empty((rows, fan_out), dtype=config.dtype) for fan_out in sizes)

        self.rows = rows
        self._scaled = config.scale_pixels
        self.pixels = np.empty((rows, config.input_size), dtype=np.uint8)
        self.x = np.empty((rows, config.input_size), dtype=config.dtype)
        self.labels = np.empty(rows, dtype=np.uint8)
        self.z, self.a, self.delta = (buffers(config.sizes[1:]) for _ in range(3))
        """(rows, fan_out) each, one a layer; the last `a` are the outputs."""
        self.slope = buffers(config.sizes[1:-1])
        """Of the hidden layers: the delta of the outputs takes none."""
        self.drops = False
        """Whether dropout is under way: then `masks` and `left` are those of the examples here."""
        self.losses = np.empty(rows, dtype=config.dtype)
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
        """Fill x and the labels with the chosen examples: `images` (n, 784), `labels` (n,), `chosen` (rows,)."""
        # mode="clip" lets take write straight into out; the indices are a permutation and never out of range.
        np.take(images, chosen, axis=0, out=self.pixels, mode="clip")
        np.take(labels, chosen, out=self.labels, mode="clip")
        self.x[...] = self.pixels
        if self._scaled:
            self.x /= 255


class Gradient:
    """The gradient of a batch, summed over its chunks, and what the batch cost before its update."""

    def __init__(self, config: NetworkConfig) -> None:
        self.total = Parameters.zeros(config)
        self.loss = 0.0
        """Summed over the examples."""
        self.correct = 0
        """Examples whose largest output was their label."""
        self._config = config

    @cached_property
    def part(self) -> Parameters:
        """Of one chunk, before it is added to the total; there once a batch takes more than one."""
        return Parameters.zeros(self._config)


class Backprop:
    """What the updates of one network share: its acts, its gradient and a workspace for every batch shape met.

    The formulas are those of Nielsen, "Neural Networks and Deep Learning", chapter 2: BP1 (delta of the output), BP2
    (delta of a layer below), BP3 and BP4 (gradients of bias and weight).
    """

    def __init__(self, mlp: MLP) -> None:
        self.mlp = mlp
        self.acts = Acts.of(mlp)
        self.gradient = Gradient(mlp.config)
        self._workspaces: dict[int, Workspace] = {}

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
    ) -> Iterator[Act]:
        """The acts of an update but the last; when they are done, `gradient` is that of what is minimised.

        That is the loss of a batch, for the reduction "mean" divided by its size, on smoothed labels, and the penalties
        l1 and l2. These and the smoothing are in no loss that is reported. Dropout and noise go by the place.

        Raises:
            Diverged: if the loss is not finite.
        """
        total = self.gradient.total
        self.gradient.loss, self.gradient.correct = 0.0, 0
        share = 1.0 if training.reduction == "sum" else 1 / len(chosen)
        for start in range(0, len(chosen), CHUNK):
            rows = chosen[start : start + CHUNK]
            workspace = self.workspace(len(rows))
            workspace.load(images, labels, rows)
            self._disturb(workspace, training, place, start // CHUNK)
            yield self.acts.batch
            yield from self._forward_acts(workspace)
            into = self.gradient.part if start else total
            yield from self._backward_acts(workspace, into, share, training.label_smoothing)
            if start:
                total.vector += self.gradient.part.vector
        l2 = 0.0 if OPTIMIZERS[training.optimizer].decay else training.l2
        if training.l1 or l2:
            add_penalty(total, self.mlp.parameters, training.l1, l2)

    def _disturb(self, workspace: Workspace, training: TrainingConfig, place: Place | None, chunk: int) -> None:
        """Add noise to what enters, and draw what dropout leaves of each hidden layer."""
        if place and (apply := NOISES[training.noise].apply):
            apply(workspace.x, place.random(Purpose.NOISE, chunk), training)
        workspace.drops = bool(place and training.dropout)
        if place and training.dropout:
            random = place.random(Purpose.DROPOUT, chunk)
            for mask in workspace.masks:
                draw_mask(random, training.dropout, mask)

    def workspace(self, rows: int) -> Workspace:
        """The buffers for batches or chunks of this many examples."""
        if rows not in self._workspaces:
            if len(self._workspaces) == _KEPT_WORKSPACES:
                del self._workspaces[next(iter(self._workspaces))]
            self._workspaces[rows] = Workspace(self.mlp.config, rows)
        return self._workspaces[rows]

    def _forward_acts(self, workspace: Workspace) -> Iterator[Act]:
        mlp, gradient = self.mlp, self.gradient
        below = workspace.x
        for layer, (z, a) in enumerate(zip(workspace.z, workspace.a, strict=True)):
            mlp.weigh(layer, below, z)
            yield self.acts.forward[layer][0]
            mlp.activate(layer, z, a)
            yield self.acts.forward[layer][1]
            below = workspace.hand_on(layer)
        workspace.losses[...] = mlp.loss.values(workspace.z[-1], workspace.a[-1], workspace.labels, 0.0)
        loss = float(workspace.losses.sum(dtype=np.float64))
        if not math.isfinite(loss):
            raise Diverged("the loss is not a finite number")
        gradient.loss += loss
        gradient.correct += int(np.count_nonzero(workspace.a[-1].argmax(axis=1) == workspace.labels))
        yield self.acts.loss

    def _backward_acts(self, workspace: Workspace, into: Parameters, share: float, smoothing: float) -> Iterator[Act]:
        mlp = self.mlp
        last = mlp.config.layer_count - 1
        for layer in range(last, -1, -1):
            delta = workspace.delta[layer]
            if layer == last:
                mlp.loss.delta(workspace.a[last], workspace.labels, delta, smoothing)
                delta *= share
            else:
                np.matmul(workspace.delta[layer + 1], mlp.parameters.weights[layer + 1].T, out=delta)
                mlp.activation.slope(workspace.z[layer], workspace.a[layer], workspace.slope[layer])
                delta *= workspace.slope[layer]
                if workspace.drops:
                    delta *= workspace.masks[layer]
            yield self.acts.backward[layer][0]
            below = workspace.below(layer)
            np.matmul(below.T, delta, out=into.weights[layer])
            if (bias := into.biases[layer]) is not None:
                np.matmul(workspace.ones, delta, out=bias)
            yield self.acts.backward[layer][1]
