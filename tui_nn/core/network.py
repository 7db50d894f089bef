"""The multilayer perceptron and its forward pass, the only one in this package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.activations import bind_activation
from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import Array, Parameters

Step = tuple[str, int]
"""The newest result of a forward or backward pass: its name ("z", "a", "loss", "delta" or "gradient") and its layer."""


class MLP:
    """A network of layers z = x @ W + b, a = f(z). The `a` of the last layer are its outputs."""

    def __init__(self, config: NetworkConfig, parameters: Parameters) -> None:
        self.config = config
        self.parameters = parameters
        self.activation = bind_activation(config.activation, config.leaky_slope)
        self.loss = LOSSES[config.loss]

    def __reduce__(self) -> tuple[type[MLP], tuple[NetworkConfig, Parameters]]:
        # Pickle cannot store the functions of the tables. The constructor finds them again by their names in the config.
        return MLP, (self.config, self.parameters)

    def linear(self, layer: int, layer_input: Array, z: Array) -> None:
        """Compute z = layer_input @ W + b, in place: (n, fan_in) @ (fan_in, fan_out) + (fan_out,) -> (n, fan_out)."""
        np.matmul(layer_input, self.parameters.weights[layer], out=z)
        if (bias := self.parameters.biases[layer]) is not None:
            z += bias

    def activate(self, layer: int, z: Array, a: Array) -> None:
        """Compute a = f(z), in place: (n, fan_out). In the last layer, f is the output function: softmax or sigmoid."""
        if layer == self.config.layer_count - 1:
            self.loss.outputs(z, a)
        else:
            self.activation.function(z, a)

    def forward(
        self, x: Array, z: Sequence[Array], a: Sequence[Array],
        masks: Sequence[Array] = (), dropped: Sequence[Array] = (),
    ) -> Iterator[Step]:  # fmt: skip
        """Send the examples x (n, d) through all layers, and yield after every z and every a.

        `z` and `a` are (n, fan_out) for each layer. For dropout (Srivastava et al. 2014), pass `masks`, shape (n, fan_out) for
        each hidden layer: 0 for a dropped unit, else 1 / (1 - rate). The next layer then receives a · mask.
        """
        layer_input = x
        for layer in range(self.config.layer_count):
            self.linear(layer, layer_input, z[layer])
            yield "z", layer
            self.activate(layer, z[layer], a[layer])
            yield "a", layer
            layer_input = a[layer]
            if layer < len(masks):
                layer_input = np.multiply(a[layer], masks[layer], out=dropped[layer])

    def layers(self, x: Array) -> tuple[list[Array], list[Array]]:
        """Return z and a of every layer for the examples x (n, d), in new arrays (n, fan_out)."""
        z, a = self.empty_layers(x)
        for _ in self.forward(x, z, a):
            pass
        return z, a

    def empty_layers(self, x: Array) -> tuple[list[Array], list[Array]]:
        """Return new arrays (n, fan_out), with arbitrary contents, for z and a of every layer. n is the number of examples in x."""
        z, a = ([np.empty((len(x), units), x.dtype) for units in self.config.sizes[1:]] for _ in range(2))
        return z, a
