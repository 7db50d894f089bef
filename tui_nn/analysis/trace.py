"""All values of one example on its way through a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import mean_gradient
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """All values of one example on its way through a network. The arrays are read-only."""

    x: Array
    """The input of the network, (d,)."""
    z: tuple[Array, ...]
    """(fan_out,) for each layer, first layer first: before the activation. The last are the logits."""
    a: tuple[Array, ...]
    """(fan_out,) for each layer, first layer first: after the activation. The last are the outputs."""
    loss: float
    """The loss of the example; NaN if it is not finite."""


def trace(mlp: MLP, picture: Pixels, label: int) -> Trace:
    """Send one picture, uint8 (d,), through the network."""
    batch, _ = mean_gradient(mlp, picture[None], np.array([label]))
    z, a = (tuple(frozen(array[0]) for array in layers) for layers in (batch.z, batch.a))
    return Trace(frozen(batch.x[0]), z, a, batch.loss if np.isfinite(batch.loss) else float("nan"))
