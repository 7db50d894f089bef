"""The steps of an update that has not begun: their names, formulas and purposes."""

from __future__ import annotations

from tui_nn.core.losses import LOSSES
from tui_nn.core.network import MLP
from tui_nn.core.watch.acts import Act, Acts, Made

_PURPOSES = {
    Made.X: "the pictures of the next batch",
    Made.Z: "the weighted sums of layer {layer}",
    Made.A: "the activations of layer {layer}",
    Made.OUTPUT: "the output for each class",
    Made.LOSS: "how wrong the outputs are",
    Made.DELTA: "how the loss changes with z{layer}",
    Made.GRADIENT: "how the loss changes with W{layer}",
    Made.STEP: "the optimizer moves each weight",
}


def overview(mlp: MLP, optimizer: str, rows: int) -> list[tuple[str, str, str]]:
    """Return the name, the formula and the purpose of each step of an update of this network.

    There are at most `rows` rows. If there are more steps, a row in the middle says how many steps are left out.
    """
    acts = Acts.of(mlp)
    forward, backward = (
        (act for pair in acts.forward for act in pair),
        (act for pair in acts.backward[::-1] for act in pair),
    )
    steps = [_row(mlp, act) for act in (acts.batch, *forward, acts.loss, *backward, acts.update[optimizer])]
    if len(steps) <= rows:
        return steps
    before = rows // 2
    after = len(steps) - (rows - before - 1)
    return [*steps[:before], ("…", f"{after - before} more steps", ""), *steps[after:]]


def _row(mlp: MLP, act: Act) -> tuple[str, str, str]:
    match act.made:
        case Made.X:
            name = "batch"
        case Made.OUTPUT if LOSSES[mlp.config.loss].output == "softmax":
            name = "p"
        case Made.OUTPUT:
            name = f"a{act.layer}"
        case Made.LOSS | Made.STEP:
            name = str(act.made)
        case _:
            name = f"{act.made}{act.layer}"
    return name, act.formula, _PURPOSES[act.made].format(layer=act.layer)
