"""The acts of one update: its visible parts, each named after what was just computed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS


class Phase(StrEnum):
    """The part of an update that an act belongs to."""

    BATCH = "batch"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Made(StrEnum):
    """What an act has just computed, as it is called on the screen."""

    X = "x"
    Z = "z"
    A = "a"
    OUTPUT = "p"
    LOSS = "loss"
    DELTA = "δ"
    GRADIENT = "dW"
    STEP = "update"


@dataclass(frozen=True, slots=True)
class Act:
    """One visible part of an update, named after what was just computed."""

    phase: Phase
    layer: int | None
    formula: str
    made: Made


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one update of a network, built once."""

    batch: Act
    forward: tuple[tuple[Act, Act], ...]
    """A layer's z and a, first layer first; the last layer's a are the outputs."""
    loss: Act
    backward: tuple[tuple[Act, Act], ...]
    """A layer's delta and its gradient, first layer first."""
    update: dict[str, Act]
    """By the name of the optimizer."""

    @classmethod
    def of(cls, mlp: MLP) -> Acts:
        """The acts for this network."""
        layers = range(mlp.config.layer_count)
        below = ["x", *(f"a{layer}" for layer in layers[:-1])]
        bias = [f" + b{layer}" if mlp.config.use_bias else "" for layer in layers]
        z = [f"z{layer} = {below[layer]} @ W{layer}{bias[layer]}" for layer in layers]
        a = [*(mlp.activation.formula for _ in layers[:-1]), mlp.loss.output_formula]
        delta = [*(f"δ{k} = (δ{k + 1} @ W{k + 1}.T) · f'(z{k})" for k in layers[:-1]), mlp.loss.delta_formula]
        gradient = [f"dW{layer} = {below[layer]}.T @ δ{layer}" for layer in layers]
        made = [*(Made.A for _ in layers[:-1]), Made.OUTPUT]
        forward, backward = Phase.FORWARD, Phase.BACKWARD
        return cls(
            batch=Act(Phase.BATCH, None, "x = pixels / 255" if mlp.config.scale_pixels else "x = pixels", Made.X),
            forward=tuple((Act(forward, k, z[k], Made.Z), Act(forward, k, a[k], made[k])) for k in layers),
            loss=Act(Phase.LOSS, None, mlp.loss.formula, Made.LOSS),
            backward=tuple(
                (Act(backward, k, delta[k], Made.DELTA), Act(backward, k, gradient[k], Made.GRADIENT)) for k in layers
            ),
            update={rule.name: Act(Phase.UPDATE, None, rule.formula, Made.STEP) for rule in OPTIMIZERS.values()},
        )
