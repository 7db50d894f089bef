"""The steps of the forward pass: the batch, z and a of each layer, the outputs and the loss."""

from __future__ import annotations

import math
import re

import numpy as np

from tui_nn.core.activations import Activation, bind_activation
from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.acts.rows import (
    ink_of,
    label_counts,
    number,
    output_rows,
    pixel_words,
    power_rows,
    signed_rows,
    term_words,
    thumbnails,
    values_picture,
    worst_losses,
    z_slot,
)
from tui_nn.render.acts.scene import (
    ChosenPath,
    Ink,
    Line,
    Lines,
    Scene,
    Slot,
    Units,
    example_name,
    has_probabilities,
    input_name,
    level_name,
    of_layer,
    output_symbol,
    shape,
    targets,
)
from tui_nn.render.acts.written import Written, agreeing, sum_of_products
from tui_nn.render.numbers import fitted, plain, short_percent, signed

_LARGE_Z = 20.0
"""The largest |z| for which e^z is shown. If a |z| is larger, the largest z is first subtracted from all z."""
_Z = "(?<![a-z])z(?![a-z])"
"""A regular expression that finds each z in a formula."""
_FAR = 700.0
"""The z above which e^z overflows in float64."""


def batch_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of the examples in the batch."""
    pixel, ink = path.path[0], int(view.pixels[path.row, path.path[0]])
    order = f"shuffled with seed {view.training.seed}" if view.training.shuffle else "in the order of the file"
    of = f"Batch {view.batch} of {view.batches}"
    holds = f"{of} holds {view.size:,} examples, {order}."
    sentences = (holds, f"{of} holds {view.size:,} examples.", of)
    if view.chunks > 1:
        chunk = f"{of} holds {view.size:,} examples. They are processed in {view.chunks} chunks; one chunk is shown."
        sentences = (chunk, f"{of}: {view.size:,} examples in {view.chunks} chunks; one is shown.", of)
    x = f"x[{view.positions[path.row]},{pixel}]"
    scaled, batch = view.network.scale_pixels, shape(view.walked, view.network.sizes[0])
    numbers = f"{x} = {ink}"
    if scaled:
        numbers = agreeing(ink / 255, lambda _: (f"{x} = {ink} / 255", ink / 255))
    if view.noisy is not None:
        numbers += f"; {view.training.noise.replace('_', ' and ')} noise makes it {number(view.x[path.row, pixel])}"
    return Scene(
        sentence=sentences,
        formula=act.formula,
        shapes=f"{batch} / 255 → {batch}" if scaled else batch,
        code="x = images[chosen].astype(float)" + (" / 255" if scaled else ""),
        numbers=(numbers,),
        slots=(
            Slot(f"x, {example_name(view, path.row)}", Ink(ink_of(view, path), pixel)),
            Slot(f"batch of {view.size:,} examples", Lines(thumbnails(view, path))),
            Slot(
                "class counts", Lines(label_counts(view, np.bincount(view.all_labels, minlength=len(view.class_names))))
            ),
        ),
        cell=pixel_words(view, path),
        moves=0,
    )


def z_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of z = x @ W + b in one layer."""
    layer = layer_of(act)
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    unit, row, layer_input = path.path[layer + 1], path.row, view.layer_input(layer)
    weights, biases = view.before.weights[layer], view.before.biases[layer]
    bias = None if biases is None else float(biases[unit])
    terms = list(zip(layer_input[row].tolist(), weights[:, unit].tolist(), strict=True))
    z = float(view.z[layer][row, unit])
    name, x = f"z{layer}[{view.positions[row]},{unit}]", input_name(layer)
    them = f"{fan_in} a{layer - 1}" if layer else f"{fan_in} pixels"
    plus = "" if bias is None else ", plus its bias"
    with np.errstate(all="ignore"):
        products = layer_input[row] * weights[:, unit]
    what = "output" if layer == view.network.layer_count - 1 else "unit"
    left = Slot(f"{x}, {example_name(view, row)}", values_picture(view, path, layer, layer_input[row], products=False))
    to = level_name(view, layer + 1, unit)
    middle = Slot(f"→ {x} × W of {to}", values_picture(view, path, layer, products, products=True))
    own = z - (bias or 0.0)
    words: list[Line] = [(("Σ ", "muted"), (signed(own, 2), ""))]
    if bias is not None:
        words.append((("b ", "muted"), (signed(bias, 2), "")))
    matmul = f"np.matmul({x}, W{layer}, out=z{layer})"
    return Scene(
        sentence=(
            f"z{layer}: each of the {fan_out} {what}s adds up {them}, each × its weight{plus}.",
            f"z{layer}: each of the {fan_out} {what}s adds up {them} × weights{'' if bias is None else ' + bias'}.",
            f"z{layer}: each of the {fan_out} {what}s adds up {them} × weights.",
            f"z{layer}: each {what} adds up {them} × its weights.",
            f"Each {what} adds up its inputs × weights.",
        ),
        formula=act.formula,
        shapes=f"{shape(view.walked, fan_in)} @ {shape(fan_in, fan_out)}"
        + ("" if bias is None else f" + {shape(fan_out)}")
        + f" → {shape(view.walked, fan_out)}",
        code=matmul if bias is None else f"{matmul}; z{layer} += b{layer}",
        numbers=tuple(
            f"{name} = {sum_of_products(terms, z, digits, most=most, bias=bias)}"
            for digits, most in ((3, 2), (2, 2), (2, 1))
        ),
        slots=(left, middle, z_slot(view, path, layer, words)),
        cell=term_words(view, path, layer),
        moves=layer,
        turns=layer + 1,
    )


def a_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of a = f(z) in a hidden layer."""
    layer = layer_of(act)
    row, unit = path.row, path.path[layer + 1]
    activation = bind_activation(view.network.activation, view.network.leaky_slope)
    z, a = view.z[layer][row], view.a[layer][row]
    count = len(a)
    with np.errstate(all="ignore"):
        on = int(np.count_nonzero(np.abs(a) > 0))
    name = f"a{layer}[{view.positions[row]},{unit}]"
    sentence = f"a{layer}: each unit outputs {activation.name} of its z."
    if activation.can_die:
        sentence = f"a{layer}: each unit outputs {activation.name} of its z; {on} of {count} units are on."
    share = float(np.mean(np.abs(view.a[layer]) > 0))
    words: list[Line] = [
        (("unit ", "muted"), (f"{unit}", "chosen")),
        (("z ", "muted"), (fitted(float(z[unit]), 3, 8), "")),
        (("a ", "muted"), (fitted(float(a[unit]), 3, 8), "bold")),
        (),
    ]
    if view.masks:
        kept = float(view.masks[layer][row, unit])
        words += [((f"dropout × {kept:.3g}", ""),), ((f"→ {fitted(float(a[unit]) * kept, 3, 8)}", "bold"),), ()]
    if activation.can_die:
        words += [
            ((f"{on} of {count} on", ""),),
            (("here, ", "muted"), (short_percent(share), "")),
            (("in the batch", "muted"),),
        ]
    else:
        ends = (fitted(float(end), 2, 8) for end in (a.min(), a.max()))
        words += [((name, "muted"), (end, "")) for name, end in zip(("from ", "to   "), ends, strict=True)]
    code = f"a{layer} = {_with_slope(of_layer(activation.numpy, layer), view.network.leaky_slope)}"
    return Scene(
        sentence=(sentence, f"a{layer}: {activation.name} of z{layer}."),
        formula=_with_slope(act.formula, view.network.leaky_slope),
        shapes=f"{shape(view.walked, count)} → {shape(view.walked, count)}",
        code=f"{code}   # {activation.name}: {activation.formula}" if activation.numpy else act.formula,
        numbers=tuple(
            f"{name} = {text}"
            for text in activation_numbers(activation, float(z[unit]), float(a[unit]), view.network.leaky_slope)
        ),
        slots=(
            Slot(f"z{layer}, {example_name(view, row)}", Units(z, True, unit)),
            Slot(f"→ a{layer}", Units(a, activation.signed, unit)),
            Slot("in numbers", Lines(tuple(words))),
        ),
        cell=(f"▸ unit {unit} of layer {layer}: z {number(z[unit])}, a {number(a[unit])}",),
        moves=layer + 1,
        turns=layer + 1,
    )


def _with_slope(formula: str, slope: float) -> str:
    """Return the formula of leaky_relu with its slope as a number."""
    return re.sub(r"\bslope\b", f"{slope:g}", formula)


def in_numbers(activation: Activation, z: str, slope: float) -> str | None:
    """Return the formula of an activation with the text `z` in place of the letter z, such as "max(0, 1.74)"; None if it has no
    formula.
    """
    formula = activation.calculator or activation.formula.removeprefix("a = ")
    above, piecewise, below = formula.partition(" if z > 0, else ")
    if piecewise:
        formula = below if z.startswith("−") or z == "0" else above
    if not re.search(_Z, formula) or (not activation.calculator and not activation.formula.startswith("a = ")):
        return None
    formula = re.sub(f"−{_Z}", z[1:] if z.startswith("−") else f"−{z}", formula)
    return _with_slope(re.sub(_Z, z, formula), slope)


def activation_numbers(activation: Activation, z: float, a: float, slope: float) -> tuple[str, ...]:
    """Return the calculation of an activation as text, such as "max(0, 1.74) = 1.74".

    For a long formula there is also a shorter text, which multiplies z by a number: "1.74 · 0.959 = 1.67".
    """

    def build(digits: int) -> tuple[str, float]:
        written = Written.of(z, digits)
        return in_numbers(activation, written.text, slope) or "", float(_applied(activation, written.value))

    def share(digits: int) -> tuple[str, float]:
        written, factor = Written.of(z, digits), Written.of(a / z if z else 0.0, digits)
        return f"{written.text} · {factor.text}", written.value * factor.value

    if not abs(z) < _FAR or not build(3)[0]:
        return (agreeing(a, share),)
    text = agreeing(a, build)
    return (text, agreeing(a, share)) if activation.calculator else (text,)


def _applied(activation: Activation, z: float) -> float:
    """Return the value of the activation function for one number, computed in float64."""
    a = np.empty(1)
    with np.errstate(all="ignore"):
        activation.function(np.array([z]), a)
    return float(a[0])


def output_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of the outputs of the last layer."""
    layer, row, chosen, label = layer_of(act), path.row, path.path[-1], int(view.labels[path.row])
    z, p = view.z[layer][row].astype(float), view.a[layer][row].astype(float)
    symbol, both = output_symbol(view), shape(view.walked, len(p))
    name = f"{symbol}[{view.positions[row]},{chosen}]"
    numpy = LOSSES[view.network.loss].numpy[0]
    with np.errstate(all="ignore"):
        shift = float(z.max()) if float(np.abs(z).max()) > _LARGE_Z else 0.0
        powers = np.exp(z - shift)
    if has_probabilities(view):
        sentence = f"p: softmax turns z{layer} into {len(p)} probabilities that add up to 1."
        short = f"p: softmax of z{layer}."
        numbers = f"{name} = {_softmax_numbers(z, p, chosen, shift)}"
        minus = "" if not shift else f" − {plain(shift, 1)}"
        caption = f"→ e^(z{minus}), and its share" if shift else "→ e^z"
        code = f"p = {of_layer(numpy, layer)}"
    else:
        sentence = f"a{layer}: a sigmoid turns each z{layer} into an output from 0 to 1."
        short = f"a{layer}: a sigmoid of each z{layer}."
        numbers = f"{name} = {sigmoid_numbers(float(z[chosen]), float(p[chosen]))}"
        powers, caption = 1 + np.exp(-np.clip(z, -_FAR, _FAR)), "→ 1 + e^−z"
        code = f"a{layer} = {of_layer(numpy, layer)}"
    return Scene(
        sentence=(sentence, short),
        formula=act.formula,
        shapes=f"{both} → {both}",
        code=code if numpy else act.formula,
        numbers=(numbers,),
        slots=(
            Slot(f"z{layer}, {example_name(view, row)}", Lines(signed_rows(view, z, chosen, label))),
            Slot(caption, Lines(power_rows(view, powers, chosen, label))),
            Slot(symbol, Lines(output_rows(view, p, chosen, label, 6))),
        ),
        cell=(f"▸ {level_name(view, layer + 1, chosen)}: z {number(z[chosen])}, {symbol} {number(p[chosen])}",),
        moves=layer + 1,
        turns=layer + 1,
    )


def sigmoid_numbers(z: float, a: float) -> str:
    """Return the calculation of the sigmoid as text, such as "1 / (1 + e^−1.74) = 0.851". It is right for any z."""
    sigmoid = bind_activation("sigmoid", 0.0)

    def build(digits: int) -> tuple[str, float]:
        written = Written.of(z, digits)
        return in_numbers(sigmoid, written.text, 0.0) or "", _applied(sigmoid, written.value)

    return agreeing(a, build)


def _softmax_numbers(z: Array, p: Array, chosen: int, shift: float) -> str:
    others = [int(index) for index in np.argsort(-z, kind="stable") if index != chosen]

    def build(digits: int) -> tuple[str, float]:
        def power(index: int) -> tuple[str, float]:
            written = Written.of(float(z[index]) - shift, digits)
            exponent = written.text if not written.text.startswith("−") else f"({written.text})"
            return f"e^{exponent}", math.exp(min(written.value, _FAR)) if written.value == written.value else math.nan

        (own, value), (next_best, second) = power(chosen), power(others[0])
        if len(others) == 1:
            return f"{own} / ({own} + {next_best})", value / (value + second)
        total = float(np.exp(z - shift).sum())
        rest = Written.of(max(total - value - second, 0.0), digits)
        text = f"{own} / ({own} + {next_best} + {len(others) - 1} more: {rest.text})"
        return text, value / (value + second + rest.value)

    with np.errstate(all="ignore"):
        return agreeing(float(p[chosen]), build)


def loss_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of the loss of each example and of the batch."""
    assert view.losses is not None
    row, p, chosen = path.row, view.a[-1][path.row].astype(float), path.path[-1]
    label, loss = int(view.labels[row]), float(view.losses[row])
    mean = "sum" if view.training.reduction == "sum" else "mean"
    table, symbol, last = LOSSES[view.network.loss], output_symbol(view), view.network.layer_count - 1
    sentence = "The loss is half the sum of the squared errors of the outputs."
    if has_probabilities(view):
        sentence = "The loss is large if the true class got a low probability."
    chance = table.chance(len(p))
    words: tuple[Line, ...] = (
        ((f"{mean} of {view.walked:,}", "muted"),),
        ((fitted(view.loss, 4, 12), "bold"),),
        (("loss of a guess", "muted"),),
        ((fitted(chance * (view.walked if mean == "sum" else 1), 3, 12), "muted"),),
    )
    return Scene(
        sentence=(
            f"{sentence} It is the {mean} of {view.walked:,} examples.",
            sentence,
            "The loss says how wrong the outputs are.",
        ),
        formula=act.formula,
        shapes=f"{shape(view.walked, len(p))} → {shape(view.walked)}, {mean} → one number",
        code=f"losses = {of_layer(table.numpy[1], last)}   # {table.formula}" if table.numpy[1] else table.formula,
        numbers=(f"L[{view.positions[row]}] = {loss_numbers(view, row)}",),
        slots=(
            Slot(f"x, {example_name(view, row)}", Ink(ink_of(view, path), path.path[0])),
            Slot(f"→ {symbol} of each class", Lines(output_rows(view, p, chosen, label, 14))),
            Slot("largest losses", Lines(worst_losses(view, row)), words),
        ),
        cell=(f"▸ {example_name(view, row)}: loss {number(loss)}, {symbol}(true) {number(p[label])}",),
    )


def loss_numbers(view: UpdateView, row: int) -> str:
    """Return the calculation of one example's loss as text, such as "−ln 0.556 = 0.587"."""
    assert view.losses is not None
    p, z, label = view.a[-1][row].astype(float), view.z[-1][row].astype(float), int(view.labels[row])
    loss = float(view.losses[row])
    if has_probabilities(view):
        # If p rounds to 0 or 1, −ln p is not exact. In this case the line shows the loss that was computed from z.
        if 1e-30 < p[label] < 1 - 1e-6 and math.isfinite(loss):
            return agreeing(loss, lambda digits: _minus_log(float(p[label]), digits))
        return agreeing(loss, lambda digits: _from_z(loss, float(z[label]), digits))
    truth = targets(view, label)
    away = np.abs(p - truth)
    first, second = (int(index) for index in np.argsort(-away, kind="stable")[:2])

    def build(digits: int) -> tuple[str, float]:
        pairs = [(Written.of(p[index], digits), float(truth[index])) for index in (first, second)]
        value = sum((written.value - aim) ** 2 for written, aim in pairs)
        squares = " + ".join(f"({written.text} − {aim:g})²" for written, aim in pairs)
        if len(p) == 2:
            return f"({squares}) / 2", value / 2
        rest = Written.of(max(2 * loss - value, 0.0), digits)
        return f"({squares} + {len(p) - 2} more: {rest.text}) / 2", (value + rest.value) / 2

    return agreeing(loss, build)


def _minus_log(p: float, digits: int) -> tuple[str, float]:
    written = Written.of(p, digits)
    return f"−ln {written.text}", -math.log(written.value)


def _from_z(loss: float, z: float, digits: int) -> tuple[str, float]:
    top, own = Written.of(loss + z, digits), Written.of(z, digits)
    return f"ln Σe^z − z = {top.text} − {own.text}", top.value - own.value
