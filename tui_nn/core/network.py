"""The multilayer perceptron: a config, its parameters, and the answer they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.activations import bind_activation
from tui_nn.core.choices.initializers import INITIALIZERS, draw_biases, source_of
from tui_nn.core.fast.batch_identity import Purpose
from tui_nn.core.fast.workers import side_by_side, worker_count
from tui_nn.core.losses import LOSSES, write_targets
from tui_nn.core.parameters import Array, Labels, Parameters, Pixels, frozen

CHUNK = 2048
"""Examples answered at once. More would need more memory and gain no speed."""

PIECE = 1024
"""Examples in a chunk of a large batch at most: more would need more memory and answer a pause later."""

Watch = Callable[[int, Array], None]

_WHOLE = 200
"""Batches of fewer examples stay in one piece: two threads would lose more by waiting for each other than they gain."""


class MLP:
    """A network: layers of `z = x @ W + b`, `a = f(z)`, and a loss at the end."""

    def __init__(self, config: NetworkConfig, parameters: Parameters) -> None:
        self.config = config
        self.parameters = parameters
        self.activation = bind_activation(config.activation, config.leaky_slope)
        self.loss = LOSSES[config.loss]

    @classmethod
    def initialize(cls, config: NetworkConfig, seed: int = 0, generator: str = "pcg64") -> MLP:
        """A network with start weights drawn from the seed: layer by layer, weights before biases."""
        parameters = Parameters.zeros(config)
        random = source_of(seed, generator, Purpose.WEIGHTS)
        initializer = INITIALIZERS[config.weight_init]
        for weight, bias in zip(parameters.weights, parameters.biases, strict=True):
            fan_in, fan_out = weight.shape
            weight[...] = initializer.draw(random, fan_in, fan_out, config.weight_init_scale)
            if bias is not None:
                bias[...] = draw_biases(config.bias_init, random, len(bias), config.bias_init_scale)
        return cls(config, parameters)

    def weigh(self, layer: int, below: Array, z: Array) -> None:
        """Write a layer's z = below @ W + b, (n, fan_out), of what comes from below, (n, fan_in)."""
        np.matmul(below, self.parameters.weights[layer], out=z)
        if (bias := self.parameters.biases[layer]) is not None:
            z += bias

    def activate(self, layer: int, z: Array, a: Array) -> None:
        """Write what a layer makes of its z, both (n, fan_out): a = f(z), or the outputs if it is the last."""
        if layer == self.config.layer_count - 1:
            self.loss.outputs(z, a)
        else:
            self.activation.function(z, a)

    def evaluate(self, images: Pixels, labels: Labels, watch: Watch | None = None) -> Evaluation:
        """Answer every example: `images` uint8 (n, 784), `labels` (n,). Numbers that are not finite do not warn.

        `watch` is shown every layer's activations on the way: (layer, a (rows, fan_out)), a chunk at a time and in order.
        """
        outputs = np.empty((len(images), self.config.output_size), dtype=self.config.dtype)
        losses = np.empty(len(images), dtype=self.config.dtype)
        rows = chunk_rows(len(images))

        def answer(start: int, seen: list[Array]) -> None:
            part = slice(start, start + rows)
            a = scale_pixels(images[part], self.config)
            for layer, fan_out in enumerate(self.config.sizes[1:]):
                below, z = a, np.empty((len(a), fan_out), dtype=self.config.dtype)
                a = np.empty_like(z)
                self.weigh(layer, below, z)
                self.activate(layer, z, a)
                seen.append(a)
            outputs[part] = a
            write_targets(labels[part], targets := np.empty_like(a))
            losses[part] = self.loss.values(z, a, targets, np.empty_like(a))

        at_once = rows * worker_count()
        with np.errstate(all="ignore"):
            for first in range(0, len(images), at_once):
                chunks: dict[int, list[Array]] = {
                    start: [] for start in range(first, min(first + at_once, len(images)), rows)
                }
                side_by_side([partial(answer, start, seen) for start, seen in chunks.items()])
                if watch is not None:
                    for layer, a in (pair for seen in chunks.values() for pair in enumerate(seen)):
                        watch(layer, a)
        return Evaluation(outputs, losses, outputs.argmax(axis=1).astype(np.uint8))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation:
    """What a network answers to n examples, k classes; read-only arrays."""

    outputs: Array
    """(n, k): probabilities after softmax; sigmoid outputs, which need not add up to 1."""
    losses: Array
    """(n,): the loss of each example."""
    predicted: Labels
    """(n,): the class with the largest output."""

    def __post_init__(self) -> None:
        """Seal the arrays."""
        for array in (self.outputs, self.losses, self.predicted):
            frozen(array)

    def __reduce__(self) -> tuple[type[Evaluation], tuple[Array, Array, Labels]]:
        # Through the constructor: NumPy forgets on the way that an array was read-only.
        return Evaluation, (self.outputs, self.losses, self.predicted)

    @property
    def loss(self) -> float:
        """The mean loss."""
        # Added up in float64: the mean of many float32 losses must not depend on how they are added.
        return float(self.losses.mean(dtype=np.float64))


def scale_pixels(images: Pixels, config: NetworkConfig, dtype: str | None = None) -> Array:
    """What enters the network of `config`: pixels / 255, shape of `images`, 0 to 1; or as they are, 0 to 255."""
    scaled: Array = images.astype(dtype or config.dtype)
    if config.scale_pixels:
        scaled /= 255
    return scaled


def chunk_rows(batch: int) -> int:
    """Examples in a chunk of a batch: all, or an even number of chunks alike. Of the batch alone, so that bits are."""
    if batch < _WHOLE:
        return batch
    pairs = -(-batch // (2 * PIECE))
    return -(-batch // (2 * pairs))
