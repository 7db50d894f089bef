"""Forward and backward passes for the analyses. They call the same functions as training, but change no parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tui_nn.core.backprop import Batch, backprop, backward
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.losses import write_targets
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Diverged, Labels, Parameters, Pixels

MOST_EXAMPLES = 2048
"""The largest number of examples in one pass. A larger pass would need more memory without being faster."""

_MOST_VALUES = 4_000_000
"""The largest number of values of z and a that `layer_values` computes at once."""

Stop = Callable[[], bool]
"""A function that returns True if the caller no longer needs the result. Long analyses call it regularly."""


class Stopped(Exception):
    """The exception that ends an analysis when the caller no longer needs its result."""


def layer_values(
    mlp: MLP, layer: int, pictures: Pixels, stop: Stop = lambda: False
) -> Iterator[tuple[slice, Array, Array]]:
    """Split the pictures (n, d) into blocks, and yield (slice of the pictures, z, a) of one layer for each block.

    z and a are (block, units); for layer −1, both are the input x. The caller must silence NumPy's warnings.

    Raises:
        Stopped: when `stop` returns True.
    """
    rows = min(MOST_EXAMPLES, max(64, _MOST_VALUES // sum(mlp.config.sizes)))
    for start in range(0, len(pictures), rows):
        if stop():
            raise Stopped
        part = slice(start, min(start + rows, len(pictures)))
        x = scale_pixels(pictures[part], mlp.config)
        if layer < 0:
            yield part, x, x
            continue
        z, a = mlp.empty_layers(x)
        for step in mlp.forward(x, z, a):
            if step == ("a", layer):
                break
        yield part, z[layer], a[layer]


def last_hidden(mlp: MLP, pictures: Pixels) -> Array:
    """Return the activations of the last hidden layer, shape (n, units), for pictures (n, d). For a network without hidden
    layers, return x.
    """
    with np.errstate(all="ignore"):
        return np.concatenate([a for _, _, a in layer_values(mlp, mlp.config.layer_count - 2, pictures)])


def mean_gradient(mlp: MLP, pictures: Pixels, labels: Labels) -> tuple[Batch, Parameters]:
    """Do a forward and a backward pass for pictures (n, d) with labels (n,). Return the arrays of both passes, and the gradient.

    The gradient belongs to the mean loss, without penalties; it is NaN if the loss is not finite.

    Raises:
        ValueError: if there are no examples, or more than MOST_EXAMPLES.
    """
    if not 1 <= len(pictures) <= MOST_EXAMPLES:
        raise ValueError(f"statistics need 1 to {MOST_EXAMPLES} examples, not {len(pictures)}")
    batch, gradient = loaded(mlp, scale_pixels(pictures, mlp.config)), Parameters.zeros(mlp.config)
    write_targets(labels, batch.targets)
    with np.errstate(all="ignore"):
        try:
            for _ in backprop(mlp, batch, gradient, 1 / len(pictures)):
                pass
        except Diverged:
            gradient.vector.fill(np.nan)
    return batch, gradient


def input_slopes(mlp: MLP, x: Array, delta: Array) -> tuple[Batch, Array]:
    """Do a forward pass for x (n, d), and a backward pass from the given δ of the last layer, shape (n, units).

    Return the arrays of both passes, and the gradient with respect to x, shape (n, d). If δ is 1 at one z of the last
    layer and 0 elsewhere, it is the gradient of this z.
    """
    batch = loaded(mlp, x)
    with np.errstate(all="ignore"):
        for _ in mlp.forward(batch.x, batch.z, batch.a):
            pass
        batch.delta[-1][...] = delta
        for _ in backward(mlp, batch, Parameters.zeros(mlp.config)):
            pass
        # Backprop stops at the δ of layer 0. The product of this δ and the weights of layer 0 is the gradient with
        # respect to the input.
        slopes: Array = batch.delta[0] @ mlp.parameters.weights[0].T
    return batch, slopes


def loaded(mlp: MLP, x: Array) -> Batch:
    """Return new arrays for a forward and a backward pass, with the examples x (n, d) filled in."""
    batch = Batch.empty(mlp.config, len(x))
    batch.x[...] = x
    return batch
