"""Where examples are worked through: buffers made once for a batch shape, so that the loop allocates nothing."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.losses import write_targets
from tui_nn.core.parameters import Array, Labels, Pixels


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
