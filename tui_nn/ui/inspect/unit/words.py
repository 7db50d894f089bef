"""What the view of one unit says in words."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.core.parameters import Array, Parameters
from tui_nn.render.numbers import compact, percent, probability, signed
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.kit.branch_words import pixel_in_words

_MUTED = "$foreground 62%"

TITLES = {
    "learned": "what its weights have learned",
    "weights": "its weights",
    "gradient": "the gradient of its weights",
    "last step": "its weights' last step",
}

HELP = """
**unit**: one unit of a layer, on all test digits. Left, what its weights have **learned**, W now minus W at the start,
where they come from the pixels; in deeper layers a cell is a unit of the layer below. `d` draws the weights themselves,
their **gradient** (of the mean loss of the probe batch) or their **last step** instead; blue is below 0, orange above,
and the strongest colour stands for the number below the picture, and for the few that are beyond it. Right, its mean
answer to each digit; how it votes: its weight to each output, or to each unit of the next layer; and the digits that
excite it most. *choosy* is the share of the variance of its `a` that the digit explains: 100 % if it answers every 3
alike, every 7 alike and so on. A relu that is *dead* gives 0 for every test digit, and its gradient is exactly 0.

**What if?** `o` switches the unit off, `e` gives the weight under the cursor, or without a cursor the bias, another
value: in a copy, whose accuracy on all test digits stands in the message row at once. `k` keeps the copy: the run goes
on with it, notes it, and does it again in a replay. Off means that the weights which go out of the unit are 0: it is
computed as before, nothing listens, and training may make these weights grow again.  `backspace` drops it, and nothing was changed.
"""


def title(look: UnitLook, unit: int, width: int) -> Content:
    """Which unit it is, how often it is on, and how choosy: as much as has room."""
    found, config = look.responses, look.mlp.config
    output = look.mlp.loss.output
    name = f"unit {unit}" if not look.is_last else f"output {unit}"
    of = f" of {look.units} in layer {look.layer} {output if look.is_last else config.activation}"
    if Edit(OFF, look.layer, unit) in look.edits:
        of += " · off in this copy"
    elif not look.is_last and not look.mlp.parameters.weights[look.layer + 1][unit].any():
        of += " · off: weights out are 0"
    elif found.dead[unit]:
        of += " · dead"
    level = "on" if look.can_die else f"{'p' if output == 'softmax' and look.is_last else 'a'} above {found.on_level:g}"
    often = f" · {level} for {percent(float(found.on[unit]), 0)} of the test digits"
    choosy = f" · choosy {probability(float(found.choosy[unit]))}"
    rest = next((rest for rest in (often + choosy, often, "") if len(name + of + rest) <= width), "")
    return Content.assemble((name, "bold"), (of + rest, _MUTED))


def weights_title(look: UnitLook, kind: str) -> str:
    """What is drawn of the weights."""
    if kind == "weights" and not look.trained:
        return "its weights: untrained"
    return TITLES[kind]


def subject_lines(look: UnitLook, unit: int, source: int | None) -> Content:
    """Two lines on one number: the weight from `source`, or without one the bias. Start and now, gradient, last step."""
    layer = look.layer
    if source is None:
        name = ("bias", _MUTED)
        if look.mlp.parameters.biases[layer] is None:
            return Content.assemble(("this network has no biases", _MUTED))
        start, now, gradient, update = (_bias(p, layer, unit) for p in _four(look))
    else:
        name = (f"▸ {source_in_words(look, source)}", "bold $text-success")
        start, now, gradient, update = (
            None if p is None else float(p.weights[layer][source, unit]) for p in _four(look)
        )
    first = Content.assemble(
        name, (" w " if source is not None else " ", _MUTED), f"{small(start)} → ", (small(now), "bold")
    )
    second: list[str | tuple[str, str]] = [("gradient ", _MUTED), small(gradient)]
    if update is not None:
        second += [("   last step ", _MUTED), small(update)]
    return Content("\n").join([first, Content.assemble(*second)])


def source_in_words(look: UnitLook, source: int) -> str:
    """Where a weight comes from: "row 12, col 17", "unit 45 of layer 0"."""
    if look.layer == 0:
        return pixel_in_words(source)[0]
    return f"from unit {source}"


def small(value: float | None) -> str:
    """A number with its sign, with enough digits if it is small: "−0.03", "+1.4e−3", "0"."""
    if value is None:
        return "?"
    if value == 0 or not np.isfinite(value):
        return compact(value)
    if 0.01 <= abs(value) < 100:
        return signed(value)
    return f"+{compact(value)}" if value > 0 else compact(value)


def _four(look: UnitLook) -> tuple[Parameters, Parameters, Parameters, Parameters | None]:
    return look.start, look.mlp.parameters, look.gradient, look.update


def _bias(parameters: Parameters | None, layer: int, unit: int) -> float | None:
    biases: Array | None = parameters.biases[layer] if parameters is not None else None
    return None if biases is None else float(biases[unit])
