"""Explanations of one unit: its weights, their gradients, and its mean activations."""

from __future__ import annotations

import numpy as np

from tui_nn.core.parameters import Labels, Parameters
from tui_nn.session.questions.explaining.explanation import (
    Explanation,
    Number,
    added,
    exact,
    factor,
    mean_formula,
    share_formula,
    short,
)
from tui_nn.session.questions.unit_look import UnitLook


def _value(parameters: Parameters, layer: int, unit: int, source: int | None) -> Number | None:
    if source is not None:
        value: Number = parameters.weights[layer][source, unit]
        return value
    biases = parameters.biases[layer]
    return None if biases is None else biases[unit]


def parameter(look: UnitLook, unit: int, source: int | None) -> Explanation:
    """Explain the weight of a unit from input `source`, or its bias if that is None."""
    layer, term = look.layer, "bias" if source is None else "weight"
    name = f"bias of unit {unit}" if source is None else f"weight from {source_name(look, source)} to unit {unit}"
    now, start = (_value(found, layer, unit, source) for found in (look.mlp.parameters, look.start))
    if now is None or start is None:
        return Explanation(name, "none", "bias", about="This network has no biases.")
    formula = f"start weight + change by training = {short(start)} {added(float(now) - float(start))} = {short(now)}"
    gradient = _value(look.gradient, layer, unit, source)
    about = (
        f"If this weight grows by 0.01, the loss changes by about 0.01 × {factor(float(gradient))}."
        if gradient is not None
        else ""
    )
    return Explanation(name, exact(now), term, formula, about)


def incoming(look: UnitLook, unit: int, source: int, kind: str) -> Explanation:
    """Explain the number that the picture of a unit shows for one incoming weight. `kind` is one of `UnitLook.kinds`."""
    name, value = source_name(look, source), look.incoming(kind, unit)[source]
    match kind:
        case "learned":
            now, start = (_value(found, look.layer, unit, source) for found in (look.mlp.parameters, look.start))
            assert now is not None
            assert start is not None
            formula = f"weight now − start weight = {short(now)} − {factor(float(start))} = {short(value)}"
            return Explanation(f"learned weight from {name}", exact(value), "weight", formula)
        case "gradient":
            formula = f"mean of (input × δ of unit {unit}) over the examples = {short(value)}"
            return Explanation(f"gradient of the weight from {name}", exact(value), "gradient", formula)
        case "last update":
            now = _value(look.mlp.parameters, look.layer, unit, source)
            assert now is not None
            formula = (
                f"weight now − weight before = {short(now)} − {factor(float(now) - float(value))} = {short(value)}"
            )
            return Explanation(f"last update of the weight from {name}", exact(value), "update", formula)
        case _:
            return parameter(look, unit, source)


def source_name(look: UnitLook, source: int) -> str:
    """Return the name of the pixel or unit that a weight comes from."""
    if look.layer:
        return f"unit {source}"
    row, column = divmod(source, look.side)
    return f"pixel in row {row}, column {column}"


def mean_activation(look: UnitLook, unit: int, label: int, labels: Labels) -> Explanation:
    """Explain the mean activation of a unit for the test examples of one class."""
    mean, count = float(look.responses.by_class[label, unit]), int(np.count_nonzero(labels == label))
    class_name = look.class_names[label]
    name = f"mean a of unit {unit} for {class_name}"
    if not count:
        return Explanation(name, "–", "activation", about=f"There is no test example of {class_name}.")
    formula = mean_formula(mean * count, count, mean, f"sum of a over the examples of {class_name}")
    return Explanation(name, exact(mean), "activation", formula)


def outgoing(look: UnitLook, unit: int, target: int) -> Explanation:
    """Explain a weight from this unit to a unit or class of the next layer."""
    weights, start = look.mlp.parameters.weights[look.layer + 1], look.start.weights[look.layer + 1]
    to_class = look.layer == look.mlp.config.layer_count - 2
    name = f"weight from unit {unit} to {look.class_names[target] if to_class else f'unit {target}'}"
    now, before = weights[unit, target], start[unit, target]
    formula = f"start weight + change by training = {short(before)} {added(float(now) - float(before))} = {short(now)}"
    about = (
        f"If a of unit {unit} grows by 1, z of {look.class_names[target]} changes by this weight." if to_class else ""
    )
    return Explanation(name, exact(now), "weight", formula, about)


def strongest(look: UnitLook, unit: int, example: int, a: float) -> Explanation:
    """Explain the activation for one of the examples that activate a unit most."""
    top = float(look.responses.high[unit])
    about = (
        "This activation is one of the largest of the unit. "
        f"The largest activation for all {look.responses.examples:,} examples is {short(top)}."
    )
    formula = f"a = f(z) of unit {unit} for test example #{example} = {short(a)}"
    return Explanation(f"a for test example #{example}", exact(a), "activation", formula, about)


def on_share(look: UnitLook, unit: int) -> Explanation:
    """Explain for how many test examples a unit is on."""
    share, count = float(look.responses.on[unit]), look.responses.examples
    formula = share_formula(round(share * count), count, f"examples with a > {look.responses.on_level:g} / examples")
    term = "dead unit" if look.responses.dead[unit] else "unit"
    return Explanation(f"unit {unit} of layer {look.layer}", f"on for {short(100 * share)} %", term, formula)
