"""The forward and the backward pass of one batch: from n examples to the gradient of their loss.

The formulas are those of Nielsen, "Neural Networks and Deep Learning", chapter 2. There BP1 gives the error δ of the
output layer, BP2 the δ of the layer before, BP3 the gradient of the biases and BP4 that of the weights. Nielsen writes
one example as a column and W as (fan_out, fan_in); here every example is a row and W is (fan_in, fan_out), so that one
matrix product serves all n examples. δ is the gradient of the loss with respect to z.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.network import MLP, Step
from tui_nn.core.parameters import Array, Diverged, Parameters


@dataclass(slots=True)
class Batch:
    """The arrays that the forward and the backward pass of n examples fill. They are allocated once and reused."""

    x: Array
    """The examples, shape (n, d)."""
    targets: Array
    """The correct outputs, 1 for the true class and 0 for the others, shape (n, classes)."""
    smoothed: Array
    """The targets that the training loss uses, shape (n, classes): the same array as `targets`, unless the labels are smoothed."""
    z: tuple[Array, ...]
    """z of each layer, before the activation: one array (n, fan_out) for each layer."""
    a: tuple[Array, ...]
    """The activations of each layer: one array (n, fan_out) for each layer. The last array has the outputs."""
    delta: tuple[Array, ...]
    """δ of each layer, the gradient of the loss with respect to z: one array (n, fan_out) for each layer."""
    slope: tuple[Array, ...]
    """f'(z) of each hidden layer: one array (n, fan_out) for each."""
    scratch: tuple[Array, ...]
    """Arrays for intermediate results: one array (n, fan_out) for each layer."""
    losses: Array
    """The loss of each example, shape (n,)."""
    ones: Array
    """An array (n,) of ones. A matrix product with these ones adds up the n rows."""
    loss: float = math.nan
    """The sum of the losses of the examples."""
    masks: tuple[Array, ...] = ()
    """The dropout mask of each hidden layer: one array (n, fan_out) for each. Empty without dropout."""
    dropped: tuple[Array, ...] = ()
    """a · mask, the input of the next layer, for each hidden layer: arrays (n, fan_out). Empty without dropout."""

    @classmethod
    def empty(cls, network: NetworkConfig, n: int) -> Batch:
        """Return a batch with new arrays for n examples. The contents of the arrays are arbitrary until a pass fills them."""

        def array(columns: int, order: str = "C") -> Array:
            return np.empty((n, columns), network.dtype, order)  # type: ignore[call-overload, no-any-return]

        def outputs() -> Array:
            # NumPy works faster if the values of one class lie side by side in memory: column by column.
            return array(network.output_size, "F")

        def hidden() -> tuple[Array, ...]:
            return tuple(array(units) for units in network.hidden_sizes)

        z, a, delta, scratch = ((*hidden(), outputs()) for _ in range(4))
        targets = outputs()
        return cls(
            array(network.input_size), targets, targets, z, a, delta, hidden(), scratch,
            losses=np.empty(n, network.dtype), ones=np.ones(n, network.dtype),
        )  # fmt: skip

    def layer_input(self, layer: int) -> Array:
        """Return the input of a layer, shape (n, fan_in): x, or the activations of the previous layer after dropout."""
        if layer == 0:
            return self.x
        return self.dropped[layer - 1] if self.masks else self.a[layer - 1]


def backprop(mlp: MLP, batch: Batch, gradient: Parameters, share: float) -> Iterator[Step]:
    """Do the forward and the backward pass of one batch. Yield after every step that the microscope shows.

    The caller fills in x and the targets. The other arrays of the batch are overwritten, and so is `gradient`. The gradient
    is that of share · Σ losses, where a share of 1/n gives the mean loss and 1 the sum.

    Raises:
        Diverged: if the loss is NaN or infinite.
    """
    # The forward pass computes x -> z0 -> a0 -> z1 -> ... -> the outputs.
    yield from mlp.forward(batch.x, batch.z, batch.a, batch.masks, batch.dropped)

    # The loss of each example follows from its logits, outputs and targets: (n,). The sum is float64, to be exact.
    z, outputs, delta, scratch = batch.z[-1], batch.a[-1], batch.delta[-1], batch.scratch[-1]
    batch.losses[...] = mlp.loss.values(z, outputs, batch.targets, scratch)
    batch.loss = float(batch.losses.sum(dtype=np.float64))
    if not math.isfinite(batch.loss):
        raise Diverged("the loss is not a finite number")
    yield "loss", len(batch.z) - 1

    # BP1: δ of the outputs is dL/dz, which for softmax with cross-entropy is p - y: (n, classes).
    mlp.loss.delta(outputs, batch.smoothed, delta, scratch)
    delta *= share
    yield from backward(mlp, batch, gradient)


def backward(mlp: MLP, batch: Batch, gradient: Parameters) -> Iterator[Step]:
    """Go back through the layers from the last layer's δ. Yield after computing each δ and each gradient."""
    for layer in reversed(range(len(batch.delta))):
        weights, delta = mlp.parameters.weights[layer], batch.delta[layer]
        yield "delta", layer

        # BP4: dL/dW = layer_input.T @ δ, summed over the examples: (fan_in, n) @ (n, fan_out) -> (fan_in, fan_out).
        np.matmul(batch.layer_input(layer).T, delta, out=gradient.weights[layer])
        # BP3: dL/db = Σ δ over the examples: (n,) @ (n, fan_out) -> (fan_out,).
        if (bias := gradient.biases[layer]) is not None:
            np.matmul(batch.ones, delta, out=bias)
        yield "gradient", layer

        if layer > 0:
            # BP2: δ of the previous layer = (δ @ W.T) · f'(z): (n, fan_out) @ (fan_out, fan_in) -> (n, fan_in).
            previous = batch.delta[layer - 1]
            np.matmul(delta, weights.T, out=previous)
            z, a, slope = batch.z[layer - 1], batch.a[layer - 1], batch.slope[layer - 1]
            mlp.activation.slope(z, a, slope, batch.scratch[layer - 1])
            previous *= slope
            if batch.masks:
                # A unit that dropout switched off sent nothing to the next layer, so it gets no error back.
                previous *= batch.masks[layer - 1]
