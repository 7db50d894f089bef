"""Explanations of one example: its loss, its outputs, and the units that lead to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tui_nn.analysis.outputs import Mistake
from tui_nn.analysis.trace import Trace, trace
from tui_nn.core.losses import LOSSES, Loss
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels
from tui_nn.data.dataset import Split
from tui_nn.render.pictures import side_of
from tui_nn.session.questions.explaining.explanation import Explanation, added, exact, factor, short
from tui_nn.session.run.snapshot import Snapshot

MOST_TERMS = 3
"""The number of terms of a long sum that a formula shows. The others are added up."""


def example_loss(loss: Loss, outputs: Array, label: int, value: float, name: str) -> Explanation:
    """Explain the loss of one example from its outputs, shape (classes,)."""
    if loss.output == "softmax":
        p = float(outputs[label])
        if p > 0:
            formula = f"−ln p(true) = −ln {short(p)} = {short(value)}"
        else:
            formula = f"−ln p(true) = ln Σe^z − z(true) = {short(value)}, because p is too small and was rounded to 0"
        return Explanation(name, exact(value), "cross-entropy", formula)
    own, rest = float((outputs[label] - 1) ** 2), float(np.square(np.delete(outputs, label)).sum())
    total = f"({short(own)} + {short(rest)}) / 2 = {short(value)}"
    formula = f"Σ (a − y)² / 2 = ((1 − {short(float(outputs[label]))})² + squares of the other outputs) / 2 = {total}"
    return Explanation(name, exact(value), "squared error", formula)


def loss_of(snapshot: Snapshot, index: int, labels: Labels) -> Explanation:
    """Explain the loss of test example number `index`."""
    found = snapshot.evaluation
    loss = LOSSES[snapshot.network.loss]
    name = f"loss of test example #{index}"
    return example_loss(loss, found.outputs[index], int(labels[index]), found.losses[index], name)


def output(loss: Loss, z: Array, label: int, class_name: str, value: float, temperature: float = 1.0) -> Explanation:
    """Explain the output of one class. `z`, shape (classes,), are the logits, and `temperature` divides them."""
    name = f"output for {class_name}"
    if loss.output == "softmax":
        # The largest logit is subtracted from all, as in the network, so that e^z does not overflow.
        scaled = z.astype(np.float64) / temperature
        top = float(scaled.max())
        with np.errstate(all="ignore"):
            powers = np.exp(scaled - top)
        over = "" if temperature == 1 else f" / {temperature:g}"
        power = f"e^({short(float(z[label]))}{over} − {short(top)})"
        numbers = f"{short(powers[label])} / {short(powers.sum())} = {short(value)}"
        formula = f"{power} / sum of e^(z{over} − {short(top)}) over all classes = {numbers}"
        about = f"The largest z{over}, {short(top)}, is first subtracted from every z{over}, which changes no output."
        return Explanation(name, exact(value), "softmax", formula, about)
    formula = f"1 / (1 + e^−z) = 1 / (1 + e^({short(-float(z[label]))})) = {short(value)}"
    return Explanation(name, exact(value), "output", formula)


def output_of(snapshot: Snapshot, index: int, label: int, class_name: str, z: Array) -> Explanation:
    """Explain the output of the network for one class of test example number `index`. `z` are its logits."""
    value = snapshot.evaluation.outputs[index, label]
    return output(LOSSES[snapshot.network.loss], z, label, class_name, value)


def confidence(loss: Loss, outputs: Array, z: Array, names: tuple[str, ...]) -> Explanation:
    """Explain the output of the predicted class."""
    predicted = int(outputs.argmax())
    found = output(loss, z, predicted, names[predicted], outputs[predicted])
    return Explanation(f"confidence in {names[predicted]}", found.value, "confidence", found.formula, found.about)


def answer_of(snapshot: Snapshot, test: Split, index: int) -> Explanation:
    """Explain the prediction for test example number `index`, and the confidence in it."""
    mlp, names, label = snapshot.mlp, test.class_names, int(test.labels[index])
    outputs = snapshot.evaluation.outputs[index]
    if not np.isfinite(outputs).all():
        return Explanation(f"prediction for test example #{index}", "NaN", "NaN", about="The outputs are not finite.")
    found = confidence(mlp.loss, outputs, trace(mlp, test.images[index], label).z[-1], names)
    name = f"prediction for test example #{index}: {names[int(outputs.argmax())]}, with the confidence"
    about = f"{found.about} The true class is {names[label]}."
    return Explanation(name, found.value, "confidence", found.formula, about.strip())


def margin(outputs: Array, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the output of the predicted class minus that of the true class."""
    predicted = int(outputs.argmax())
    value = float(outputs[predicted]) - float(outputs[label])
    formula = (
        f"output of {names[predicted]} − output of {names[label]} = "
        f"{short(float(outputs[predicted]))} − {short(float(outputs[label]))} = {short(value)}"
    )
    return Explanation("margin", exact(value), "margin", formula)


def prediction(outputs: Array, label: int | None, names: tuple[str, ...], name: str) -> Explanation:
    """Explain which class is predicted from the outputs, shape (classes,). `label` is the true class; None if unknown."""
    order = np.argsort(-outputs, kind="stable")
    first, second = int(order[0]), int(order[1])
    formula = (
        f"largest outputs: {names[first]} with {short(float(outputs[first]))}, "
        f"then {names[second]} with {short(float(outputs[second]))}"
    )
    about = "" if label is None else f"The true class is {names[label]}."
    return Explanation(name, names[first], "prediction", formula, about)


def weighted_sum(inputs: Array, weights: Array, bias: float | None, value: float) -> str:
    """Return the formula of a z: its largest terms, the sum of the others, and the bias.

    `inputs` and `weights` are those of one unit, shape (fan-in,).
    """
    terms = inputs.astype(np.float64) * weights.astype(np.float64)
    order = np.argsort(-np.abs(np.nan_to_num(terms)), kind="stable")[:MOST_TERMS]
    parts = [f"{short(inputs[at])} × {factor(float(weights[at]))}" for at in order]
    rest, others = float(terms.sum() - terms[order].sum()), len(terms) - len(order)
    more = f" {added(rest)} ({others:,} more)" if others else ""
    offset = "" if bias is None else f" {added(bias)} (bias)"
    return f"{' + '.join(parts)}{more}{offset} = {short(value)}"


def logit(mlp: MLP, layer: int, unit: int, inputs: Array, z: float, name: str) -> Explanation:
    """Explain the z of a unit. `inputs` are the inputs of its layer, shape (fan-in,)."""
    bias = mlp.parameters.biases[layer]
    formula = "Σ input × weight + bias = " if bias is not None else "Σ input × weight = "
    weights = mlp.parameters.weights[layer][:, unit]
    formula += weighted_sum(inputs, weights, None if bias is None else float(bias[unit]), float(z))
    is_last = layer == mlp.config.layer_count - 1
    return Explanation(name, exact(z), "logit" if is_last else "z", formula)


def activation(mlp: MLP, layer: int, unit: int, z: float, a: float, *, off: bool = False) -> Explanation:
    """Explain the output a of a hidden unit."""
    name = f"a of unit {unit} in layer {layer}"
    if off:
        return Explanation(name, exact(a), "activation", "switched off: a = 0")
    row = mlp.activation
    called = mlp.config.activation.replace("_", " ")
    return Explanation(
        name, exact(a), "activation", f"{called}(z) = {called}({short(z)}) = {short(a)}", f"{row.formula}."
    )


def share_of_z(mlp: MLP, unit: int, a: float, target: int, class_name: str) -> Explanation:
    """Explain what a unit of the last hidden layer adds to the z of a class."""
    weight = float(mlp.parameters.weights[-1][unit, target])
    product = float(a) * weight
    formula = f"a × weight = {short(a)} × {factor(weight)} = {short(product)}"
    return Explanation(f"contribution of unit {unit} to z of {class_name}", exact(product), "contribution", formula)


def weight(value: float, start: float | None, name: str) -> Explanation:
    """Explain a weight. `start` is its start weight; None if that is unknown."""
    if start is None:
        return Explanation(name, exact(value), "weight")
    moved = float(value) - float(start)
    formula = f"start weight + change by training = {short(start)} {added(moved)} = {short(value)}"
    return Explanation(name, exact(value), "weight", formula)


def pixel(image: Pixels, at: int, *, scaled: bool) -> Explanation:
    """Explain one pixel of a picture, uint8 (pixels,). If `scaled` is true, the network gets pixels divided by 255."""
    row, column = divmod(at, side_of(image))
    ink, name = int(image[at]), f"pixel in row {row}, column {column}"
    if scaled:
        return Explanation(name, exact(round(ink / 255, 6)), "example", f"ink / 255 = {ink} / 255 = {short(ink / 255)}")
    return Explanation(name, exact(ink), "example", about="0 is paper and 255 is full ink.")


def unit_of(mlp: MLP, found: Trace, layer: int, unit: int, *, off: bool = False) -> Explanation:
    """Explain the activation of a hidden unit for one example, with its inputs and weights."""
    z, a = float(found.z[layer][unit]), found.a[layer][unit]
    last = activation(mlp, layer, unit, z, a, off=off)
    if off:
        return last
    inputs = found.a[layer - 1] if layer else found.x
    first = logit(mlp, layer, unit, inputs, z, "z")
    return Explanation(last.name, last.value, "activation", f"z = {first.formula}; {last.formula}", last.about)


def listed(snapshot: Snapshot, test: Split, found: Mistake, column: str) -> Explanation:
    """Explain one cell of the list of mistakes: `column` is its heading, such as "p(true)"."""
    index, names = found.index, test.class_names
    outputs = snapshot.evaluation.outputs[index]
    name = f"test example #{index}"
    if not np.isfinite(outputs).all() and column not in ("#", "true"):
        return Explanation(name, "NaN", "NaN", about="The outputs of the network are not finite.")
    match column:
        case "#":
            return Explanation(name, f"#{index}", "example", about=f"The true class is {names[found.true]}.")
        case "true":
            return Explanation(f"true class of {name}", names[found.true], "label")
        case "pred":
            return prediction(outputs, found.true, names, f"prediction for {name}")
        case "margin":
            other = found.true if found.true != found.predicted else int(np.argsort(-outputs, kind="stable")[1])
            return margin(outputs, other, names)
        case "loss":
            return loss_of(snapshot, index, test.labels)
        case _:
            label = found.predicted if column == "p(pred)" else found.true
            z = trace(snapshot.mlp, test.images[index], found.true).z[-1]
            of = output_of(snapshot, index, label, names[label], z)
            return replace(of, term="confidence") if column == "p(pred)" else of


def drawn(mlp: MLP, image: Pixels, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the output for one class for a picture without a label, uint8 (d,)."""
    found = trace(mlp, image, 0)
    return output(mlp.loss, found.z[-1], label, names[label], found.a[-1][label])


def changed_output(mlp: MLP, before: Pixels, now: Pixels, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the output for one class for a changed picture, and name the output for the unchanged one."""
    of = drawn(mlp, now, label, names)
    was = float(trace(mlp, before, 0).a[-1][label])
    return replace(of, about=f"For the unchanged picture, this output was {short(was)}.")
