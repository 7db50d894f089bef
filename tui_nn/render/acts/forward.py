"""The steps of the forward pass: the batch, z and a of each layer, the outputs and the loss."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tui_nn.core.activations import bind_activation
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
    Ink,
    Line,
    Lines,
    Place,
    Scene,
    Slot,
    Units,
    below_name,
    example_name,
    shape,
    target,
)
from tui_nn.render.acts.written import Written, agreeing, sum_of_products
from tui_nn.render.numbers import fitted, plain, signed


def batch_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """The batch is drawn."""
    pixel, ink = place.path[0], int(view.pixels[place.row, place.path[0]])
    order = f"shuffled by seed {view.training.seed}" if view.training.shuffle else "in the order of the file"
    of = f"Batch {view.batch} of {view.batches}"
    what = f"{of} is drawn: {view.size:,} examples, {order}."
    if view.chunks > 1:
        what = f"{of} is drawn: {view.size:,} examples, in {view.chunks} chunks. Here is one."
    x = f"x[{view.positions[place.row]},{pixel}]"
    scaled, batch = view.network.scale_pixels, shape(view.walked, 784)
    numbers = f"{x} = {ink}"
    if scaled:
        numbers = agreeing(ink / 255, lambda _: (f"{x} = {ink} / 255", ink / 255))
    if view.noisy is not None:
        numbers += f", and with {view.training.noise.replace('_', ' and ')} {number(view.x[place.row, pixel])}"
    counts = np.bincount(view.all_labels, minlength=10)
    return Scene(
        sentence=(what, of),
        formula=act.formula,
        shapes=f"{batch} / 255 → {batch}" if scaled else batch,
        code="np.take(images, chosen, axis=0, out=pixels); x[...] = pixels" + ("; x /= 255" if scaled else ""),
        numbers=(numbers,),
        slots=(
            Slot(f"x, {example_name(view, place.row)}", Ink(ink_of(view, place), pixel)),
            Slot(f"of {view.size:,} in the batch", Lines(thumbnails(view, place))),
            Slot("labels, counted", Lines(label_counts(counts))),
        ),
        cell=pixel_words(view, place),
        moves=0,
    )


def z_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """z = x @ W + b."""
    layer = layer_of(act)
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    unit, row, under = place.path[layer + 1], place.row, view.below(layer)
    weights, biases = view.before.weights[layer], view.before.biases[layer]
    bias = None if biases is None else float(biases[unit])
    terms = list(zip(under[row].tolist(), weights[:, unit].tolist(), strict=True))
    z = float(view.z[layer][row, unit])
    name, x = f"z{layer}[{view.positions[row]},{unit}]", below_name(layer)
    last = layer == view.network.layer_count - 1
    them = f"a{layer - 1}" if layer else "pixels"
    plus = "" if bias is None else " and adds its bias"
    with np.errstate(all="ignore"):
        products = under[row] * weights[:, unit]
    who = "digit" if last else "unit"
    left = Slot(f"{x}, {example_name(view, row)}", values_picture(view, place, layer, under[row], products=False))
    middle = Slot(f"→ {x} × W of {who} {unit}", values_picture(view, place, layer, products, products=True))
    own = z - (bias or 0.0)
    words: list[Line] = [(("Σ ", "muted"), (signed(own, 2), ""))]
    if bias is not None:
        words.append((("b ", "muted"), (signed(bias, 2), "")))
    matmul = f"np.matmul({x}, W{layer}, out=z{layer})"
    return Scene(
        sentence=(
            f"Each of the {fan_out} {who}s weighs the {fan_in} {them}{plus}.",
            f"{fan_out} {who}s weigh {fan_in} numbers{'' if bias is None else ', add a bias'}.",
            f"{fan_out} {who}s weigh {fan_in} numbers.",
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
        slots=(left, middle, z_slot(view, place, layer, words)),
        cell=term_words(view, place, layer),
        moves=layer,
        turns=layer + 1,
    )


def a_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """a = f(z) of a hidden layer."""
    layer = layer_of(act)
    row, unit = place.row, place.path[layer + 1]
    activation = bind_activation(view.network.activation, view.network.leaky_slope)
    z, a = view.z[layer][row], view.a[layer][row]
    count = len(a)
    with np.errstate(all="ignore"):
        on = int(np.count_nonzero(np.abs(a) > 0))
    name = f"a{layer}[{view.positions[row]},{unit}]"
    if activation.can_die:
        sentence = f"A unit passes on what is positive: {on} of {count} are on."
    else:
        sentence = f"Each unit passes its z on through {activation.name}: {activation.formula}."
    share = float(np.mean(np.abs(view.a[layer]) > 0))
    words: list[Line] = [
        (("unit ", "muted"), (f"{unit}", "good")),
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
            (("here; in the", "muted"),),
            (("batch ", "muted"), (f"{share:.0%}", "")),
        ]
    else:
        ends = (fitted(float(end), 2, 8) for end in (a.min(), a.max()))
        words += [((name, "muted"), (end, "")) for name, end in zip(("from ", "to   "), ends, strict=True)]
    return Scene(
        sentence=(sentence, f"a{layer}: {activation.formula}."),
        formula=act.formula.replace("slope", f"{view.network.leaky_slope:g}"),
        shapes=f"{shape(view.walked, count)} → {shape(view.walked, count)}",
        code=f"activation.function(z{layer}, a{layer})   # {activation.name}: {activation.formula}",
        numbers=(f"{name} = {activation_numbers(view, float(z[unit]), float(a[unit]))}",),
        slots=(
            Slot(f"z{layer}, {example_name(view, row)}", Units(z, True, unit)),
            Slot(f"→ a{layer}", Units(a, activation.signed, unit)),
            Slot("in numbers", Lines(tuple(words))),
        ),
        cell=(f"▸ unit {unit} of layer {layer}: z {number(z[unit])}, a {number(a[unit])}",),
        moves=layer + 1,
        turns=layer + 1,
    )


def _sigmoid_text(z: Written) -> str:
    return f"1 / (1 + e^{z.text.removeprefix('−')})" if z.value < 0 else f"1 / (1 + e^−{z.text})"


ACTIVATION_NUMBERS: dict[str, Callable[[Written, float], tuple[str, float]]] = {
    "relu": lambda z, _: (f"max(0, {z.text})", max(0.0, z.value)),
    "leaky_relu": lambda z, leak: (f"max({z.text}, {leak:g}·{z.text})", max(z.value, leak * z.value)),
    "elu": lambda z, _: (z.text, z.value) if z.value > 0 else (f"e^{z.text} − 1", math.expm1(z.value)),
    "silu": lambda z, _: (f"{z.text} · {_sigmoid_text(z)}", z.value / (1 + math.exp(-z.value))),
    "sigmoid": lambda z, _: (_sigmoid_text(z), 1 / (1 + math.exp(-max(min(z.value, 700.0), -700.0)))),
    "tanh": lambda z, _: (f"tanh {z.text}", math.tanh(z.value)),
    "identity": lambda z, _: (z.text, z.value),
}
"""By the name of the activation: (z, leaky slope) -> its formula with that z in it, and what a calculator makes of it."""


def activation_numbers(view: UpdateView, z: float, a: float) -> str:
    """ "max(0, 1.74) = 1.74"."""
    rule = ACTIVATION_NUMBERS.get(view.network.activation)

    def build(digits: int) -> tuple[str, float]:
        written = Written.of(z, digits)
        if rule is None or not abs(written.value) < 700:
            # No short formula: a as a share of z.
            share = Written.of(a / z if z else 0.0, digits)
            return f"{written.text} · {share.text}", written.value * share.value
        return rule(written, view.network.leaky_slope)

    return agreeing(a, build)


_LARGE_Z = 20.0
"""Up to here e^z is written out; beyond, the largest z is taken off first, as the code does it always."""


def output_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """What the last layer answers."""
    layer, row, digit = layer_of(act), place.row, place.path[-1]
    z, p = view.z[layer][row].astype(float), view.a[layer][row].astype(float)
    softmax = view.network.loss == "softmax_cross_entropy"
    symbol = "p" if softmax else "a"
    name = f"{symbol}[{view.positions[row]},{digit}]"
    with np.errstate(all="ignore"):
        shift = float(z.max()) if float(np.abs(z).max()) > _LARGE_Z else 0.0
        powers = np.exp(z - shift)
    if softmax:
        sentence = "Softmax: each e^z as a share of their sum; ten probabilities."
        numbers = f"{name} = {_softmax_numbers(z, p, digit, shift)}"
        minus = "" if not shift else f" − {plain(shift, 1)}"
        middle = Slot(f"→ e^(z{minus}), and its share" if shift else "→ e^z", Lines(power_rows(powers, digit)))
        code = f"z -= z.max(axis=1); np.exp(z, out=p); p /= p.sum(axis=1)   # z: z{layer}"
    else:
        sentence = "A sigmoid for each: ten answers from 0 to 1, each for itself."
        numbers = f"{name} = " + agreeing(
            float(p[digit]), lambda d: ACTIVATION_NUMBERS["sigmoid"](Written.of(float(z[digit]), d), 0.0)
        )
        middle = Slot("→ 1 + e^−z", Lines(power_rows(1 + np.exp(-np.clip(z, -700, 700)), digit)))
        code = f"np.exp(-z{layer}, out=a); a += 1; np.reciprocal(a, out=a)"
    return Scene(
        sentence=(sentence, sentence.partition(":")[0] + "."),
        formula=act.formula,
        shapes=f"{shape(view.walked, len(p))} → {shape(view.walked, len(p))}",
        code=code,
        numbers=(numbers,),
        slots=(
            Slot(f"z{layer}, {example_name(view, row)}", Lines(signed_rows(z, digit, int(view.labels[row])))),
            middle,
            Slot(symbol, Lines(output_rows(p, digit, int(view.labels[row]), 6))),
        ),
        cell=(f"▸ digit {digit}: z {number(z[digit])}, {symbol} {number(p[digit])}",),
        moves=layer + 1,
        turns=layer + 1,
    )


def _softmax_numbers(z: Array, p: Array, digit: int, shift: float) -> str:
    others = [int(index) for index in np.argsort(-z, kind="stable") if index != digit]

    def build(digits: int) -> tuple[str, float]:
        def power(index: int) -> tuple[str, float]:
            written = Written.of(float(z[index]) - shift, digits)
            exponent = written.text if not written.text.startswith("−") else f"({written.text})"
            return f"e^{exponent}", math.exp(min(written.value, 700.0)) if written.value == written.value else math.nan

        (own, value), (next_best, second) = power(digit), power(others[0])
        total = float(np.exp(z - shift).sum())
        rest = Written.of(max(total - value - second, 0.0), digits)
        text = f"{own} / ({own} + {next_best} + {len(others) - 1} more {rest.text})"
        return text, value / (value + second + rest.value)

    with np.errstate(all="ignore"):
        return agreeing(float(p[digit]), build)


def loss_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """What the answers cost."""
    assert view.losses is not None
    row, p = place.row, view.a[-1][place.row].astype(float)
    label, loss = int(view.labels[row]), float(view.losses[row])
    mean = "sum" if view.training.reduction == "sum" else "mean"
    softmax = view.network.loss == "softmax_cross_entropy"
    sentence = "What p(true) costs: nothing at 1, more the nearer it is to 0."
    if not softmax:
        sentence = "Half the squared distance of the answers from the right ones."
    chance = LOSSES[view.network.loss].chance(len(p))
    symbol = "p" if softmax else "a"
    words: tuple[Line, ...] = (
        ((f"{mean} of {view.walked:,}", "muted"),),
        ((fitted(view.loss, 4, 12), "bold"),),
        (("a guess costs", "muted"),),
        ((fitted(chance * (view.walked if mean == "sum" else 1), 3, 12), "muted"),),
    )
    code = (
        "losses = top - z[true] + log(sum(exp(z - top)))   # −ln p(true), from z"
        if softmax
        else "losses = 0.5 * np.square(a - y).sum(axis=1)"
    )
    return Scene(
        sentence=(sentence, act.formula),
        formula=act.formula,
        shapes=f"{shape(view.walked, len(p))} → {shape(view.walked)}, {mean} → one number",
        code=code,
        numbers=(f"L[{view.positions[row]}] = {loss_numbers(view, row)}",),
        slots=(
            Slot(f"x, {example_name(view, row)}", Ink(ink_of(view, place), place.path[0])),
            Slot(f"→ {symbol}, and the true one", Lines(output_rows(p, place.path[-1], label, 16))),
            Slot("losses, worst", Lines(worst_losses(view, row)), words),
        ),
        cell=(f"▸ {example_name(view, row)}: loss {number(loss)}, {symbol}(true) {number(p[label])}",),
    )


def loss_numbers(view: UpdateView, row: int) -> str:
    """ "−ln 0.556 = 0.587"."""
    assert view.losses is not None
    p, z, label = view.a[-1][row].astype(float), view.z[-1][row].astype(float), int(view.labels[row])
    loss = float(view.losses[row])
    if view.network.loss == "softmax_cross_entropy":
        # Where p is 0 or 1 as far as its digits go, the loss comes from z all the same, as the code takes it.
        if 1e-30 < p[label] < 1 - 1e-6 and math.isfinite(loss):
            return agreeing(loss, lambda digits: _minus_log(float(p[label]), digits))
        return agreeing(loss, lambda digits: _behind(loss, float(z[label]), digits))
    truth = np.array([target(view, digit, label) for digit in range(len(p))])
    away = np.abs(p - truth)
    first, second = (int(index) for index in np.argsort(-away, kind="stable")[:2])

    def build(digits: int) -> tuple[str, float]:
        pairs = [(Written.of(p[index], digits), float(truth[index])) for index in (first, second)]
        value = sum((written.value - aim) ** 2 for written, aim in pairs)
        rest = Written.of(max(2 * loss - value, 0.0), digits)
        squares = " + ".join(f"({written.text} − {aim:g})²" for written, aim in pairs)
        return f"({squares} + {len(p) - 2} more {rest.text}) / 2", (value + rest.value) / 2

    return agreeing(loss, build)


def _minus_log(p: float, digits: int) -> tuple[str, float]:
    written = Written.of(p, digits)
    return f"−ln {written.text}", -math.log(written.value)


def _behind(loss: float, z: float, digits: int) -> tuple[str, float]:
    top, own = Written.of(loss + z, digits), Written.of(z, digits)
    return f"ln Σe^z − z = {top.text} − {own.text}", top.value - own.value
