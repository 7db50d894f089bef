"""All values that a network computes for one example, from the input to the loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import mean_gradient
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """All values that a network computes for one example, from the input to the loss. The arrays are read-only."""

    x: Array
    """The input of the network, shape (d,)."""
    z: tuple[Array, ...]
    """The values z before the activation of each layer, the first layer first. Each array is (fan_out,). The last one
    has the logits.
    """
    a: tuple[Array, ...]
    """The activations of each layer, the first layer first. Each array is (fan_out,). The last one has the outputs."""
    loss: float
    """The loss of the example; NaN if it is not finite."""


def trace(mlp: MLP, picture: Pixels, label: int) -> Trace:
    """Return all values that the network computes for one picture, uint8 (d,)."""
    batch, _ = mean_gradient(mlp, picture[None], np.array([label]))
    z, a = (tuple(frozen(array[0]) for array in layers) for layers in (batch.z, batch.a))
    return Trace(frozen(batch.x[0]), z, a, batch.loss if np.isfinite(batch.loss) else float("nan"))
