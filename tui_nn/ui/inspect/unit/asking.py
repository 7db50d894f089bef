"""What the view of one unit asks a person: which unit, and what value a weight or a bias should have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.widget import Widget

from tui_nn.core.choices.edits import BIAS, WEIGHT, Edit
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.words import small, source_in_words
from tui_nn.ui.kit.ask_number import AskNumber


def ask_for_unit(owner: Widget, look: UnitLook, take: Callable[[int], None]) -> None:
    """Ask for the number of a unit of the layer that is looked at."""
    last = look.units - 1

    def fault(value: float) -> str:
        return "" if value in range(last + 1) else f"units of layer {look.layer} are 0 to {last}"

    def answered(value: float | None) -> None:
        if value is not None:
            take(int(value))

    owner.app.push_screen(AskNumber("Go to unit", f"0 to {last}", "", fault), answered)


def ask_for_value(owner: Widget, look: UnitLook, unit: int, source: int | None, take: Callable[[Edit], None]) -> None:
    """Ask for another value of the weight that comes from `source`, or without one of the unit's bias; or say why not."""
    parameters, layer = look.mlp.parameters, look.layer
    edit = Edit(BIAS, layer, unit) if source is None else Edit(WEIGHT, layer, unit, source)
    if refused := edit.fault(look.mlp.config):
        owner.notify(f"{refused[0].upper()}{refused[1:]}", markup=False)
        return
    if source is not None:
        name, now = f"Weight to unit {unit}, {source_in_words(look, source)}", parameters.weights[layer][source, unit]
    else:
        bias = parameters.biases[layer]
        name, now = f"Bias of unit {unit}", 0.0 if bias is None else bias[unit]

    def fault(value: float) -> str:
        return replace(edit, value=value).fault(look.mlp.config)

    def answered(value: float | None) -> None:
        if value is not None:
            take(replace(edit, value=value))

    remark = f"now {small(float(now))}; it is changed in a copy"
    owner.app.push_screen(AskNumber(name, remark, f"{now:.4g}", fault), answered)
