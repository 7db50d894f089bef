"""The texts that the unit view shows."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.core.parameters import Array, Parameters
from tui_nn.render.numbers import compact, percent, probability, signed
from tui_nn.session.questions.branch_words import pixel_in_words
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.kit.roles import MUTED, POINTED, bold

TITLES = {
    "learned": "weight change since the start",
    "weights": "incoming weights",
    "gradient": "gradient of the weights",
    "last update": "weight change in last update",
}
"""The title of the picture at the left, for each quantity that it can show."""

HELP = """
**unit** shows one unit of a layer, measured on all test examples.

At the left is one number for each incoming weight. At first it is the change of the weight since the start of the run, which
shows what the unit has learned. `d` switches to the weights, to their **gradient** (of the mean loss on the probe batch) and
to their change in the **last update**. In layer 0 each weight belongs to a pixel; in deeper layers each cell is a unit of the
previous layer. Blue is negative, orange is positive. The number below the picture belongs to the strongest colour; a few
weights may be beyond this number.

At the right are the mean activation for each class, the weights to the outputs or to the units of the next layer, and the
examples for which the unit is most active. *Selectivity* is the share of the variance of `a` that the class explains. It is
100 % if `a` depends only on the class. A relu unit is *dead* if it gives 0 for every test example; then its gradient is
exactly 0.

**What if?** `o` switches the unit off and `e` sets another value for the weight under the cursor, or for the bias if there is
no cursor. Both change only a copy of the network; the message row shows its accuracy on all test examples. `k` keeps the
copy: the training continues with it in a new branch. `backspace` drops the copy. A unit is off if all its outgoing weights
are 0, so that no other unit uses its activation; further training may change these weights again.
"""


def title(look: UnitLook, unit: int, width: int) -> Content:
    """Return a title with the name and the state of the unit. If there is room, the title also contains the share of examples
    for which the unit is on, and its selectivity.
    """
    found, config = look.responses, look.mlp.config
    output = look.mlp.loss.output
    name = f"unit {unit}" if not look.is_last else f"output {unit}"
    of = f" of {look.units} in layer {look.layer} {output if look.is_last else config.activation}"
    if Edit(OFF, look.layer, unit) in look.edits:
        of += " · switched off in the edited copy"
    elif not look.has_outgoing(unit):
        of += " · off, because all outgoing weights are 0"
    elif found.dead[unit]:
        of += " · dead"
    level = "on" if look.can_die else f"{'p' if output == 'softmax' and look.is_last else 'a'} above {found.on_level:g}"
    often = f" · {level} for {percent(float(found.on[unit]), 0)}"
    selective = f" · selectivity {probability(float(found.class_selectivity[unit]))}"
    whole = f"{often} of the test examples"
    forms = (whole + selective, f"{often} of examples{selective}", whole, often, "")
    rest = next(rest for rest in forms if len(name + of + rest) <= width or not rest)
    return Content.assemble((name, "bold"), (of + rest, MUTED))


def weights_title(look: UnitLook, kind: str) -> str:
    """Return the title of the picture at the left, which shows the weights."""
    if kind == "weights" and not look.trained:
        return "incoming weights, untrained"
    return TITLES[kind]


def number_lines(look: UnitLook, unit: int, source: int | None) -> Content:
    """Return two lines about the weight from the input `source`, or about the bias if `source` is None.

    The lines contain the value at the start and now, the gradient, and the change in the last update.
    """
    layer = look.layer
    if source is None:
        name = ("bias: ", MUTED)
        if look.mlp.parameters.biases[layer] is None:
            return Content.assemble(("This network has no biases.", MUTED))
        start, now, gradient, update = (_bias(p, layer, unit) for p in _four(look))
    else:
        name = (f"▸ w from {source_in_words(look, source)}: ", bold(POINTED))
        start, now, gradient, update = (
            None if p is None else float(p.weights[layer][source, unit]) for p in _four(look)
        )
    first = Content.assemble(name, f"{small(start)} → ", (small(now), "bold"))
    second: list[str | tuple[str, str]] = [("gradient ", MUTED), small(gradient)]
    if update is not None:
        second += [("   last update ", MUTED), small(update)]
    return Content("\n").join([first, Content.assemble(*second)])


def source_in_words(look: UnitLook, source: int) -> str:
    """Return the name of the pixel or unit from which a weight comes: "row 12, col 17", "unit 45"."""
    return pixel_in_words(source, look.side)[0] if look.layer == 0 else f"unit {source}"


def small(value: float | None) -> str:
    """Return a number as text with its sign, and with enough digits if it is small: "−0.03", "+1.4e−3", "0"; "?" for None."""
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
