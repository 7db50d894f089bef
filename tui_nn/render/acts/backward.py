"""The steps of the backward pass: the delta and the gradient of each layer, and the remaining chunks."""

from __future__ import annotations

from functools import partial

import numpy as np

from tui_nn.core.activations import bind_activation
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.acts.rows import ink_of, last_update, mark, muted, number, signed_bar, truth_rows
from tui_nn.render.acts.scene import (
    Ink,
    Line,
    Lines,
    Picture,
    Place,
    Scene,
    Slot,
    Units,
    below_name,
    example_name,
    level_name,
    shape,
    signed_picture,
    target,
)
from tui_nn.render.acts.written import Written, agreeing, open_sum, sum_of_shown, unit_of
from tui_nn.render.numbers import fitted


def output_delta_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """How wrong each output is."""
    layer, row, digit = layer_of(act), place.row, place.path[-1]
    a, delta, label = view.a[-1][row].astype(float), view.delta(layer)[row].astype(float), int(view.labels[row])
    softmax, mean = view.network.loss == "softmax_cross_entropy", view.training.reduction != "sum"
    symbol, both = "p" if softmax else "a", shape(view.walked, len(a))
    targets = np.array([target(view, one, label) for one in range(len(a))])
    worst = max((index for index in range(len(a)) if index != label), key=lambda index: abs(delta[index]))
    lines = [
        f"δ{layer}[{view.positions[row]},{one}] = {_output_delta(view, layer, row, one)}"
        for one in (digit, worst if digit == label else label)
    ]
    if softmax:
        sentences = ("How wrong is each output? Softmax with cross-entropy: p − y.", "How wrong is each output: p − y.")
        remark = muted("The sum of p − y is 0: what", "wrong digits are to lose,", "the true one is to gain.")
        formula = f"δ{layer} = (p − y) / batch" if mean else f"δ{layer} = p − y"
    else:
        sentences = ("How wrong is each output? a − y, × a slope that fades near 0 and 1.", "How wrong is each output.")
        remark = muted("a (1 − a) is small for an a", "near 0 or 1: a sure answer,", "even a wrong one, is slow.")
        formula = f"δ{layer} = (a − y) a (1 − a)" + (" / batch" if mean else "")
    code = f"δ{layer}[...] = {symbol}; δ{layer}[rows, labels] -= 1" + ("" if softmax else f"; δ{layer} *= a * (1 - a)")
    return Scene(
        sentence=sentences,
        formula=formula,
        shapes=f"({both} − {both}) / {view.size:,} → {both}" if mean else f"{both} − {both} → {both}",
        code=code + (f"; δ{layer} *= 1 / {view.size}" if mean else ""),
        numbers=("  ".join(lines), lines[0]),
        slots=(
            Slot(f"x, {example_name(view, row)}", Ink(ink_of(view, place), place.path[0])),
            Slot(f"→ digit         {symbol:>5}     y", Lines(truth_rows(a, targets, digit, label)), remark),
            Slot(
                f"{symbol} − y" if softmax else f"δ{layer}",
                Lines(_difference_rows(a - targets if softmax else delta)),
                muted("Divided by", f"{view.size:,}: the loss", "is a mean.") if mean else (),
            ),
        ),
        cell=(
            f"▸ digit {digit}: {symbol} {number(a[digit])}, y {targets[digit]:.3g}, δ{layer} {number(delta[digit])}",
        ),
        moves=layer + 1,
        turns=layer + 1,
    )


def _output_delta(view: UpdateView, layer: int, row: int, digit: int) -> str:
    """ "(0.556 − 1) / 32 = −0.0139"."""
    a, y = float(view.a[-1][row, digit]), target(view, digit, int(view.labels[row]))
    mean = view.training.reduction != "sum"

    def build(digits: int) -> tuple[str, float]:
        written = Written.of(a, digits)
        text, value = f"({written.text} − {y:g})", written.value - y
        if view.network.loss == "sigmoid_mse":
            text += f"·{written.text}·(1 − {written.text})"
            value *= written.value * (1 - written.value)
        return (f"{text} / {view.size}", value / view.size) if mean else (text, value)

    return agreeing(float(view.delta(layer)[row, digit]), build)


def _difference_rows(values: Array) -> tuple[Line, ...]:
    """p − y, or the delta where it is more than that."""
    finite = np.abs(values[np.isfinite(values)])
    most = float(finite.max()) if finite.size else 0.0
    return tuple((*signed_bar(value, most), (f"{_signed(value):>9}", "")) for value in values.tolist())


def _signed(value: float) -> str:
    text = Written.of(value).text
    return f"+{text}" if value > 0 else text


def delta_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """What part each unit of a hidden layer has in it."""
    layer = layer_of(act)
    row, unit = place.row, place.path[layer + 1]
    above, weights = view.delta(layer + 1)[row], view.before.weights[layer + 1]
    activation = bind_activation(view.network.activation, view.network.leaky_slope)
    z, delta = view.z[layer][row], view.delta(layer)[row]
    slope = np.empty_like(z)
    with np.errstate(all="ignore"):
        activation.slope(z, view.a[layer][row], slope)
        if view.masks:
            slope *= view.masks[layer][row]
        blamed, shares = above @ weights.T, above * weights[unit]
    size, wide = len(z), len(above)
    order = [int(index) for index in np.argsort(-np.nan_to_num(np.abs(shares)), kind="stable")]
    last = layer == view.network.layer_count - 2
    shown = [(float(above[index]), float(weights[unit, index])) for index in order[:2]]
    here, name = f"f'({number(z[unit])})", f"δ{layer}[{view.positions[row]},{unit}]"

    def build(digits: int, terms: int = 2) -> tuple[str, float]:
        text, value = open_sum(shown[:terms], max(wide - terms, 0), float(blamed[unit]), digits)
        factor = Written.of(float(slope[unit]), digits)
        return f"({text}) · {factor.text}", value * factor.value

    words: list[Line] = [
        (("▸ ", "good"), (f"unit {unit}", "good")),
        ((f"{here} ", "muted"), (number(slope[unit]), "")),
        (("δ ", "muted"), (number(delta[unit]), "bold")),
    ]
    gate = "× the slope at z"
    if activation.can_die:
        gate = "off units get none"
        words.append(((f"{int(np.count_nonzero(slope == 0))} of {size} off", "muted"),))
    left: Picture = Units(shares, True, place.path[layer + 2])
    if last:
        left = Lines(_share_rows(above, weights[unit], shares, place.path[-1], int(view.labels[row])))
    drop = " · mask" if view.masks else ""
    return Scene(
        sentence=(
            f"Each unit's part: its weights to the {'digits' if last else 'units above'} × δ{layer + 1}; {gate}.",
            f"Each unit's part: its weights × δ{layer + 1}; {gate}.",
            f"Each unit's part: its weights × δ{layer + 1}.",
        ),
        formula=act.formula + drop,
        shapes=f"({shape(view.walked, wide)} @ {shape(wide, size)}) · {shape(view.walked, size)} → {shape(view.walked, size)}",
        code=f"np.matmul(δ{layer + 1}, W{layer + 1}.T, out=δ{layer}); δ{layer} *= slope{drop.replace(' ·', ' *')}"
        f"   # slope: {activation.derivative}",
        numbers=tuple(
            f"{name} = {agreeing(float(delta[unit]), partial(build, terms=terms), digits)}"
            for terms, digits in ((2, 3), (1, 3), (1, 2))
        ),
        slots=(
            Slot(f"δ{layer + 1} × W{layer + 1} of unit {unit}", left),
            Slot("Σ before the gate, all units", Units(blamed, True, unit)),
            Slot(f"· f' → δ{layer}", Units(delta, True, unit), tuple(words)),
        ),
        cell=(
            f"▸ unit {unit}: Σ δ{layer + 1}·w {number(blamed[unit])} × {here} {number(slope[unit])}"
            f" = δ{layer} {number(delta[unit])}",
            f"▸ unit {unit}: δ{layer} {number(delta[unit])}",
        ),
        moves=layer + 1,
        turns=layer + 1,
    )


def _share_rows(above: Array, weights: Array, shares: Array, chosen: int, label: int) -> tuple[Line, ...]:
    finite = np.abs(shares[np.isfinite(shares)])
    most = float(finite.max()) if finite.size else 0.0
    rows: list[Line] = [((f"   {'δ':>9}{'w':>7}   δ × w", "muted"),)]
    for digit, share in enumerate(shares.tolist()):
        figures = f"{_short(above[digit]):>9}{_short(weights[digit]):>7}"
        rows.append(
            (mark(digit, chosen, label), (f"{digit}", ""), (figures, "muted"), (" ", ""), *signed_bar(share, most))
        )
    return tuple(rows)


def _short(value: float) -> str:
    return Written.of(float(value), 2).text


def gradient_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """What the loss does when a weight moves."""
    layer = layer_of(act)
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    row, at, unit = place.row, place.path[layer], place.path[layer + 1]
    under, deltas = view.below(layer), view.delta(layer)
    weight, bias = view.gradient(layer)
    x, total = below_name(layer), float(weight[at, unit])
    with np.errstate(all="ignore"):
        products, share = under[:, at] * deltas[:, unit], under[row] * deltas[row, unit]
    others = [int(index) for index in np.argsort(-np.nan_to_num(np.abs(products)), kind="stable") if index != row][:1]
    shown = [(float(under[index, at]), float(deltas[index, unit])) for index in (row, *others)]
    who = "digit" if layer == view.network.layer_count - 1 else "unit"
    what, examples = x if layer else "pixel", f"{view.walked:,}"
    zeros = int(np.count_nonzero(deltas[:, unit] == 0))
    words: list[Line] = []
    if zeros:
        words += muted(f"{zeros} of {view.rows} are 0:", *_why_zero(view, layer), "")
    if bias is not None:
        words += [((f"db{layer} = Σ δ", "muted"),), ((f"= {number(bias[unit])}", ""),)]
    matmul = f"np.matmul({x}.T, δ{layer}, out=dW{layer})"
    name = f"{level_name(view, layer, at)} to {who} {unit}"
    return Scene(
        sentence=(
            f"A weight's gradient: its {what} × δ of its {who}, summed over {examples}.",
            f"Its {what} × δ of its {who}, summed over {examples}.",
            f"Its {what} × δ of its {who}, summed.",
        ),
        formula=act.formula,
        shapes=f"{shape(fan_in, view.walked)} @ {shape(view.walked, fan_out)} → {shape(fan_in, fan_out)}",
        code=matmul if bias is None else f"{matmul}; db{layer} = np.ones(n) @ δ{layer}",
        numbers=tuple(
            f"dW{layer}[{at},{unit}] = {sum_of_shown(shown, view.walked - len(shown), total, digits)}"
            for digits in (3, 2)
        ),
        slots=(
            Slot(f"share of {example_name(view, row)}", signed_picture(place, layer, share)),
            Slot(f"Σ dW{layer} of {who} {unit}, all {examples}", signed_picture(place, layer, weight[:, unit])),
            Slot(f"δ{layer} of {who} {unit}", Units(deltas[:, unit], True, row), tuple(words)),
        ),
        cell=(
            f"▸ {name}: w {number(view.before.weights[layer][at, unit])}{last_update(view, layer, at, unit)}",
            f"▸ {name}: gradient {number(total)}",
        ),
        moves=layer,
        turns=layer + 1,
    )


def _why_zero(view: UpdateView, layer: int) -> tuple[str, ...]:
    """How a delta comes to be exactly 0, in the narrow column."""
    if layer == view.network.layer_count - 1:
        exact = "p is y exactly," if view.network.loss == "softmax_cross_entropy" else "a is at a limit,"
        return exact, "no gradient."
    if bind_activation(view.network.activation, view.network.leaky_slope).can_die:
        return "unit off there,", "no gradient."
    if view.masks:
        return "dropped there,", "no gradient."
    return "too small to hold,", "no gradient."


def rest_scene(view: UpdateView, act: Act, place: Place) -> Scene:
    """The other chunks of a large batch."""
    at, unit, more = place.path[0], place.path[1], view.chunks - 1
    first, whole = view.gradient(0)[0], view.gradient(0, whole=True)[0]
    total = float(whole[at, unit])
    who = "digit" if view.network.layer_count == 1 else "unit"

    def build(digits: int) -> tuple[str, float]:
        one = Written.of(float(first[at, unit]), digits)
        rest = Written.to(Written.of(total, digits).value - one.value, unit_of(total or 1.0, digits))
        return f"{one.text} + {more} more {rest.text}", one.value + rest.value

    with np.errstate(all="ignore"):
        others = whole[:, unit] - first[:, unit]
    chunks = f"{more} more chunk{'s' if more > 1 else ''}"
    words: list[Line] = [
        *muted("of this chunk"),
        ((fitted(view.loss, 4, 12), ""),),
        *muted("", "of all of them"),
        ((fitted(view.whole_loss, 4, 12), "bold"),),
    ]
    return Scene(
        sentence=(f"And the same for {chunks} of {view.walked:,}: all gradients are added.", f"The same for {chunks}."),
        formula=act.formula,
        shapes=f"{view.chunks} × {shape(*first.shape)} → {shape(*first.shape)}",
        code="for chunk in chunks[1:]: ...; total.vector += part.vector",
        numbers=(f"dW0[{at},{unit}] = {agreeing(total, build)}",),
        slots=(
            Slot(f"dW0 of {who} {unit}, one chunk", signed_picture(place, 0, first[:, unit])),
            Slot(f"+ the other {more}", signed_picture(place, 0, others)),
            Slot("loss", Lines(tuple(words))),
        ),
        cell=(f"▸ {level_name(view, 0, at)}: one chunk {number(first[at, unit])}, all {number(total)}",),
        moves=0,
        turns=1,
    )
