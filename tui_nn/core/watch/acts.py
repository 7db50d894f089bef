"""The visible steps of one update. The microscope shows each step, called an act in the code, with its formula."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui_nn.core.network import MLP, Step
from tui_nn.core.optimizers import OPTIMIZERS


class Phase(StrEnum):
    """The part of an update, such as forward or backward, that contains a visible step (act)."""

    BATCH = "batch"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Made(StrEnum):
    """The result of an act (a visible step of an update), by its name on the screen."""

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
    """One step of an update that the microscope shows, such as computing z of one layer."""

    phase: Phase
    layer: int | None
    formula: str
    made: Made


@dataclass(frozen=True, slots=True)
class Acts:
    """The visible steps (acts) of the updates of one network."""

    batch: Act
    forward: tuple[tuple[Act, Act], ...]
    """The two visible steps (acts) that compute z and a of each layer, first layer first."""
    loss: Act
    backward: tuple[tuple[Act, Act], ...]
    """The two visible steps (acts) that compute δ and the gradient of each layer, first layer first."""
    update: dict[str, Act]
    """The visible step (act) that changes the parameters. It has the name of the optimizer."""
    of_step: dict[Step, Act]
    """The visible step (act) for each result that `backprop` reports."""

    @classmethod
    def of(cls, mlp: MLP) -> Acts:
        """Return the visible steps (acts) of an update of this network."""
        layers = range(mlp.config.layer_count)
        layer_input = ["x", *(f"a{layer}" for layer in layers[:-1])]
        bias = [f" + b{layer}" if mlp.config.use_bias else "" for layer in layers]
        z = [f"z{layer} = {layer_input[layer]} @ W{layer}{bias[layer]}" for layer in layers]
        a = [*(mlp.activation.formula for _ in layers[:-1]), mlp.loss.output_formula]
        delta = [*(f"δ{k} = (δ{k + 1} @ W{k + 1}.T) · f'(z{k})" for k in layers[:-1]), mlp.loss.delta_formula]
        gradient = [f"dW{layer} = {layer_input[layer]}.T @ δ{layer}" for layer in layers]
        made = [*(Made.A for _ in layers[:-1]), Made.OUTPUT]
        loss = Act(Phase.LOSS, None, mlp.loss.formula, Made.LOSS)
        of_step: dict[Step, Act] = {("loss", layers[-1]): loss}
        for k in layers:
            of_step["z", k] = Act(Phase.FORWARD, k, z[k], Made.Z)
            of_step["a", k] = Act(Phase.FORWARD, k, a[k], made[k])
            of_step["delta", k] = Act(Phase.BACKWARD, k, delta[k], Made.DELTA)
            of_step["gradient", k] = Act(Phase.BACKWARD, k, gradient[k], Made.GRADIENT)
        return cls(
            batch=Act(Phase.BATCH, None, "x = pixels / 255" if mlp.config.scale_pixels else "x = pixels", Made.X),
            forward=tuple((of_step["z", k], of_step["a", k]) for k in layers),
            loss=loss,
            backward=tuple((of_step["delta", k], of_step["gradient", k]) for k in layers),
            update={rule.name: Act(Phase.UPDATE, None, rule.formula, Made.STEP) for rule in OPTIMIZERS.values()},
            of_step=of_step,
        )
