"""One example on its way through a network, with the forward pass that also trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.core.backprop import Backprop, Diverged
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels, frozen
from tui_nn.core.watch.acts import Phase


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One example on its way through a network; read-only arrays."""

    x: Array
    """(784,): what enters, 0 to 1."""
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    """(fan_out,) each, first hidden layer first; the last `z` are the logits, the last `a` the outputs."""
    loss: float
    """NaN where it is not finite."""


def trace(mlp: MLP, image: Pixels, label: int) -> Trace:
    """Send one image, uint8 (784,), through the network."""
    backprop = Backprop(mlp)
    loss = float("nan")
    with np.errstate(all="ignore"):
        try:
            for act in backprop.batch_acts(image[None], np.array([label]), np.arange(1)):
                if act.phase is Phase.LOSS:
                    loss = backprop.workspace(1).loss
                    break
        except Diverged:
            pass
    workspace = backprop.workspace(1)
    return Trace(
        frozen(workspace.x[0]), tuple(frozen(z[0]) for z in workspace.z), tuple(frozen(a[0]) for a in workspace.a), loss
    )
