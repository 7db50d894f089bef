"""One update, act by act: forward, loss, backward, update.

There is one implementation. Drained, the acts are the training step; paused between two of them, they are a look inside
it. Everything is computed in place, in a `Workspace` that is made once for a batch shape.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tui_nn.core.arrays import Array, Labels, Pixels
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.network import CHUNK, MLP
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Parameters


class Phase(StrEnum):
    """The part of an update that an act belongs to."""

    BATCH = "batch"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Act:
    """One visible part of an update, named after what was just computed."""

    phase: Phase
    layer: int | None
    formula: str


class Diverged(ArithmeticError):
    """The loss or a parameter is no longer a finite number; the message says which."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one update of a network, built once."""

    batch: Act
    forward: tuple[tuple[Act, Act], ...]
    """A layer's z and a; the last layer's a are the outputs."""
    loss: Act
    backward: tuple[tuple[Act, Act], ...]
    """A layer's delta and its gradient, first layer first."""
    update: Act

    @classmethod
    def of(cls, mlp: MLP) -> Acts:
        """The acts for this network."""
        last = mlp.config.layer_count - 1
        bias = " + b" if mlp.config.use_bias else ""

        def names(layer: int) -> tuple[str, str]:
            return (f"a{layer - 1}" if layer else "x"), (f"a = {mlp.activation.formula.partition(' = ')[2]}")

        forward = tuple(
            (
                Act(Phase.FORWARD, layer, f"z{layer} = {names(layer)[0]} @ W{layer}{bias}"),
                Act(Phase.FORWARD, layer, mlp.loss.output_formula if layer == last else names(layer)[1]),
            )
            for layer in range(last + 1)
        )
        backward = tuple(
            (
                Act(
                    Phase.BACKWARD,
                    layer,
                    mlp.loss.delta_formula if layer == last else f"δ{layer} = (δ{layer + 1} @ W{layer + 1}.T) · f'(z{layer})",
                ),
                Act(Phase.BACKWARD, layer, f"dW{layer} = {names(layer)[0]}.T @ δ{layer}"),
            )
            for layer in range(last + 1)
        )
        return cls(
            Act(Phase.BATCH, None, "x = pixels / 255"),
            forward,
            Act(Phase.LOSS, None, mlp.loss.formula),
            backward,
            Act(Phase.UPDATE, None, "w ← w − rate × gradient"),
        )


class Workspace:
    """Buffers for up to CHUNK examples of one batch shape, and the gradient that is built up in them."""

    def __init__(self, config: NetworkConfig, rows: int) -> None:
        """Make room for `rows` examples of `config`'s network."""
        layers = list(zip(config.sizes, config.sizes[1:], strict=False))

        def buffers() -> tuple[Array, ...]:
            return tuple(np.empty((rows, fan_out), dtype=config.dtype) for _, fan_out in layers)

        self.rows = rows
        self.pixels = np.empty((rows, config.input_size), dtype=np.uint8)
        self.x = np.empty((rows, config.input_size), dtype=config.dtype)
        self.labels = np.empty(rows, dtype=np.uint8)
        self.z, self.a, self.slope, self.delta = buffers(), buffers(), buffers(), buffers()
        """(rows, fan_out) each, one a layer; the last `a` are the outputs."""
        self.losses = np.empty(rows, dtype=config.dtype)
        self.ones = np.ones(rows, dtype=config.dtype)

    def load(self, images: Pixels, labels: Labels, chosen: Labels) -> None:
        """Fill x and the labels with the chosen examples: `images` (n, 784), `labels` (n,), `chosen` (rows,)."""
        # mode="clip" lets take write straight into out; the indices are a permutation and never out of range.
        np.take(images, chosen, axis=0, out=self.pixels, mode="clip")
        np.take(labels, chosen, out=self.labels, mode="clip")
        self.x[...] = self.pixels
        self.x /= 255


class Gradient:
    """The gradient of a batch, summed over its chunks, and what the batch cost before its update."""

    def __init__(self, config: NetworkConfig) -> None:
        self.total = Parameters.zeros(config)
        self.part = Parameters.zeros(config)
        """Of one chunk, before it is added to the total."""
        self.loss = 0.0
        """Summed over the examples."""
        self.correct = 0
        """Examples whose largest output was their label."""


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
        self, images: Pixels, labels: Labels, chosen: Labels, optimizer: Optimizer, training: TrainingConfig
    ) -> Iterator[Act]:
        """Do one update on the chosen examples, pausing after each act; a large batch goes through in chunks.

        `images` uint8 (n, 784), `labels` (n,), `chosen` (batch,) indices into both. The parameters change before the
        last act and nowhere else, so anything before it can be dropped.

        Raises:
            Diverged: if the loss or a parameter is not finite; the parameters may then be so too.
        """
        yield from self.batch_acts(images, labels, chosen, training.reduction)
        parameters = self.mlp.parameters
        if training.l2:
            for weight, slope in zip(parameters.weights, self.gradient.total.weights, strict=True):
                slope += training.l2 * weight
        optimizer.step(parameters.vector, self.gradient.total.vector, training)
        if not math.isfinite(np.dot(parameters.vector, parameters.vector)):
            raise Diverged("the parameters are no longer finite numbers")
        yield self.acts.update

    def batch_acts(self, images: Pixels, labels: Labels, chosen: Labels, reduction: str = "mean") -> Iterator[Act]:
        """The acts of an update but the last: afterwards `gradient` is that of the chosen examples' loss.

        Raises:
            Diverged: if the loss is not finite.
        """
        self.gradient.loss, self.gradient.correct = 0.0, 0
        share = 1.0 if reduction == "sum" else 1 / len(chosen)
        for start in range(0, len(chosen), CHUNK):
            part = chosen[start : start + CHUNK]
            workspace = self.workspace(len(part))
            workspace.load(images, labels, part)
            yield self.acts.batch
            yield from self._forward_acts(workspace)
            into = self.gradient.part if start else self.gradient.total
            yield from self._backward_acts(workspace, into, share)
            if start:
                self.gradient.total.vector += self.gradient.part.vector

    def workspace(self, rows: int) -> Workspace:
        """The buffers for batches or chunks of this many examples."""
        if rows not in self._workspaces:
            self._workspaces[rows] = Workspace(self.mlp.config, rows)
        return self._workspaces[rows]

    def _forward_acts(self, workspace: Workspace) -> Iterator[Act]:
        mlp, gradient = self.mlp, self.gradient
        last = mlp.config.layer_count - 1
        below = workspace.x
        for layer, (weight, bias) in enumerate(zip(mlp.parameters.weights, mlp.parameters.biases, strict=True)):
            z, a = workspace.z[layer], workspace.a[layer]
            np.matmul(below, weight, out=z)
            if bias is not None:
                z += bias
            yield self.acts.forward[layer][0]
            if layer == last:
                mlp.loss.outputs(z, a)
            else:
                mlp.activation.function(z, a)
            yield self.acts.forward[layer][1]
            below = a

        workspace.losses[...] = mlp.loss.values(workspace.z[last], workspace.a[last], workspace.labels)
        loss = float(workspace.losses.sum(dtype=np.float64))
        if not math.isfinite(loss):
            raise Diverged("the loss is not a finite number")
        gradient.loss += loss
        gradient.correct += int(np.count_nonzero(workspace.a[last].argmax(axis=1) == workspace.labels))
        yield self.acts.loss

    def _backward_acts(self, workspace: Workspace, into: Parameters, share: float) -> Iterator[Act]:
        mlp = self.mlp
        last = mlp.config.layer_count - 1
        for layer in range(last, -1, -1):
            delta = workspace.delta[layer]
            if layer == last:
                mlp.loss.delta(workspace.a[last], workspace.labels, delta)
                delta *= share
            else:
                np.matmul(workspace.delta[layer + 1], mlp.parameters.weights[layer + 1].T, out=delta)
                mlp.activation.slope(workspace.z[layer], workspace.a[layer], workspace.slope[layer])
                delta *= workspace.slope[layer]
            yield self.acts.backward[layer][0]
            below = workspace.a[layer - 1] if layer else workspace.x
            np.matmul(below.T, delta, out=into.weights[layer])
            if (bias := into.biases[layer]) is not None:
                np.matmul(workspace.ones, delta, out=bias)
            yield self.acts.backward[layer][1]
