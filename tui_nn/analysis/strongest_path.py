"""The path through a network that contributes most to the output of one class, for one example."""

from __future__ import annotations

import numpy as np

from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array


def strongest_path(mlp: MLP, x: Array, label: int) -> tuple[int, ...]:
    """Return one pixel, one unit of each hidden layer, and `label`: the path that contributes most to this class.

    The function goes back from the output of the class. In each layer it takes the unit whose activation times its weight
    to the unit already chosen is largest; of the pixels it takes the one with the largest product, whatever its sign.

    Args:
        mlp: the network.
        x: (1, pixels), what enters it.
        label: the class.
    """
    layer_input, inputs = x, []
    with np.errstate(all="ignore"):
        for layer, fan_out in enumerate(mlp.config.sizes[1:]):
            inputs.append(layer_input)
            z = np.empty((1, fan_out), dtype=mlp.config.dtype)
            mlp.weigh(layer, layer_input, z)
            layer_input = np.empty_like(z)
            mlp.activate(layer, z, layer_input)
        path = [label]
        for layer in range(mlp.config.layer_count - 1, -1, -1):
            contribution = np.nan_to_num(inputs[layer][0] * mlp.parameters.weights[layer][:, path[0]])
            path.insert(0, int(np.argmax(contribution if layer else np.abs(contribution))))
    return tuple(path)
