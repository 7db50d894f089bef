"""The path through a network that contributes most to the output of one class, for one example."""

from __future__ import annotations

import numpy as np

from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array


def strongest_path(mlp: MLP, x: Array, label: int) -> tuple[int, ...]:
    """Return the path that contributes most to class `label`: one pixel, one unit of each hidden layer, and `label`.

    The search starts at the output of the class and goes back layer by layer. In each layer, the search takes the unit
    with the largest product: its activation times its weight to the unit that was chosen last. Among the pixels, it
    takes the one with the product farthest from 0.

    Args:
        mlp: the network.
        x: the input of the network, shape (1, pixels).
        label: the class.
    """
    with np.errstate(all="ignore"):
        inputs = [x, *mlp.layers(x)[1]]
        path = [label]
        for layer in range(mlp.config.layer_count - 1, -1, -1):
            contribution = np.nan_to_num(inputs[layer][0] * mlp.parameters.weights[layer][:, path[0]])
            path.insert(0, int(np.argmax(contribution if layer else np.abs(contribution))))
    return tuple(path)
