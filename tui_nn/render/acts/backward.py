"""The steps of the backward pass: the delta and the gradient of each layer, and the sum over the chunks of the batch."""

from __future__ import annotations

from functools import partial

import numpy as np

from tui_nn.core.activations import bind_activation
from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.acts.rows import (
    class_labels,
    half_bar,
    ink_of,
    largest_size,
    last_update,
    mark,
    more_classes,
    muted,
    number,
    shown_classes,
    signed_bar,
    truth_rows,
)
from tui_nn.render.acts.scene import (
    ChosenPath,
    Ink,
    Line,
    Lines,
    Picture,
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
    signed_picture,
    target,
    targets,
)
from tui_nn.render.acts.written import Written, agreeing, open_sum, sum_of_shown, unit_of
from tui_nn.render.numbers import fitted

_NAME = 6
"""The largest width, in cells, of a class name in a row that also shows the contribution of the class to a delta."""


def output_delta_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of the error δ of each output."""
    layer, row, chosen = layer_of(act), path.row, path.path[-1]
    a, delta, label = view.a[-1][row].astype(float), view.delta(layer)[row].astype(float), int(view.labels[row])
    softmax, mean = has_probabilities(view), view.training.reduction != "sum"
    symbol, both, table = output_symbol(view), shape(view.walked, len(a)), LOSSES[view.network.loss]
    aims = targets(view, label)
    worst = max((index for index in range(len(a)) if index != label), key=lambda index: abs(delta[index]))
    lines = [
        f"δ{layer}[{view.positions[row]},{one}] = {_output_delta(view, layer, row, one)}"
        for one in (chosen, worst if chosen == label else label)
    ]
    if softmax:
        sentence = f"δ{layer}: the error of each of the {len(a)} outputs, probability − target."
        remark = muted("Training raises p(true) and", "lowers every other p.")
        formula = f"δ{layer} = (p − y) / batch" if mean else f"δ{layer} = p − y"
    else:
        sentence = f"δ{layer}: the error of each of the {len(a)} outputs × its sigmoid's slope."
        remark = muted("An output near 0 or 1 learns", "slowly: slope a (1 − a) ≈ 0.")
        formula = f"δ{layer} = (a − y) a (1 − a)" + (" / batch" if mean else "")
    if not table.numpy[2]:
        formula = table.delta_formula
    code = of_layer(table.numpy[2], layer)
    shown = shown_classes(a, (chosen, label))
    return Scene(
        sentence=(sentence, f"δ{layer}: the error of each output."),
        formula=formula,
        shapes=f"({both} − {both}) / {view.size:,} → {both}" if mean else f"{both} − {both} → {both}",
        code=f"δ{layer} = ({code}) / {view.size}" if code and mean else f"δ{layer} = {code}" if code else formula,
        numbers=("  ".join(lines), lines[0]),
        slots=(
            Slot(f"x, {example_name(view, row)}", Ink(ink_of(view, path), path.path[0])),
            Slot(f"→ class{'':9}{symbol:>5}     y", Lines(truth_rows(view, a, aims, chosen, label)), remark),
            Slot(
                f"{symbol} − y" if softmax else f"δ{layer}",
                Lines(_difference_rows(a - aims if softmax else delta, shown)),
                muted(f"/ {view.size:,}: the", "loss is a mean") if mean else (),
            ),
        ),
        cell=(
            f"▸ {level_name(view, layer + 1, chosen)}: {symbol} {number(a[chosen])}, target y {aims[chosen]:.3g}, "
            f"δ{layer} {number(delta[chosen])}",
        ),
        moves=layer + 1,
        turns=layer + 1,
    )


def _output_delta(view: UpdateView, layer: int, row: int, index: int) -> str:
    """Return the calculation of the delta of one output as text, such as "(0.556 − 1) / 32 = −0.0139"."""
    a, y = float(view.a[-1][row, index]), target(view, index, int(view.labels[row]))
    mean = view.training.reduction != "sum"

    def build(digits: int) -> tuple[str, float]:
        written = Written.of(a, digits)
        text, value = f"({written.text} − {y:g})", written.value - y
        if not has_probabilities(view):
            text += f"·{written.text}·(1 − {written.text})"
            value *= written.value * (1 - written.value)
        return (f"{text} / {view.size}", value / view.size) if mean else (text, value)

    return agreeing(float(view.delta(layer)[row, index]), build)


def _difference_rows(values: Array, shown: list[int]) -> tuple[Line, ...]:
    """Return a row for each shown class, with a bar for p − y or for its delta."""
    most = largest_size(values)
    return tuple(
        (*signed_bar(value, most), (f"{_with_sign(value):>9}", ""))
        for value in (float(values[index]) for index in shown)
    )


def _with_sign(value: float) -> str:
    text = Written.of(value).text
    return f"+{text}" if value > 0 else text


def delta_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of the δ of a hidden layer, which says how much each unit contributed to the error."""
    layer = layer_of(act)
    row, unit = path.row, path.path[layer + 1]
    next_delta, weights = view.delta(layer + 1)[row], view.before.weights[layer + 1]
    activation = bind_activation(view.network.activation, view.network.leaky_slope)
    z, delta = view.z[layer][row], view.delta(layer)[row]
    slope = np.empty_like(z)
    with np.errstate(all="ignore"):
        activation.slope(z, view.a[layer][row], slope, np.empty_like(z))
        if view.masks:
            slope *= view.masks[layer][row]
        sent_back, shares = next_delta @ weights.T, next_delta * weights[unit]
    size, wide = len(z), len(next_delta)
    order = [int(index) for index in np.argsort(-np.nan_to_num(np.abs(shares)), kind="stable")]
    last = layer == view.network.layer_count - 2
    shown = [(float(next_delta[index]), float(weights[unit, index])) for index in order[:2]]
    here, name = f"f'({number(z[unit])})", f"δ{layer}[{view.positions[row]},{unit}]"

    def build(digits: int, terms: int = 2) -> tuple[str, float]:
        text, value = open_sum(shown[:terms], max(wide - terms, 0), float(sent_back[unit]), digits)
        factor = Written.of(float(slope[unit]), digits)
        return f"({text}) · {factor.text}", value * factor.value

    words: list[Line] = [
        (("▸ ", "chosen"), (f"unit {unit}", "chosen")),
        ((f"{here} ", "muted"), (number(slope[unit]), "")),
        (("δ ", "muted"), (number(delta[unit]), "bold")),
    ]
    rule = f"Each error is multiplied by the slope of {activation.name}."
    if activation.can_die:
        rule = "Units that are off get no error."
        words.append(((f"{int(np.count_nonzero(slope == 0))} of {size} off", "muted"),))
    left: Picture = Units(shares, True, path.path[layer + 2])
    if last:
        left = Lines(_share_rows(view, next_delta, weights[unit], shares, path.path[-1], int(view.labels[row])))
    drop = " · mask" if view.masks else ""
    matmul = f"np.matmul(δ{layer + 1}, W{layer + 1}.T, out=δ{layer})"
    sentence = f"δ{layer}: the error, sent back through the weights to {size} units."
    return Scene(
        sentence=(f"{sentence} {rule}", sentence, f"δ{layer}: the error of each unit."),
        formula=act.formula + drop,
        shapes=f"({shape(view.walked, wide)} @ {shape(wide, size)}) · {shape(view.walked, size)} → {shape(view.walked, size)}",
        code=f"{matmul}; δ{layer} *= slope{drop.replace(' ·', ' *')}   # slope: {activation.derivative}",
        numbers=tuple(
            f"{name} = {agreeing(float(delta[unit]), partial(build, terms=terms), digits)}"
            for terms, digits in ((2, 3), (1, 3), (1, 2))
        ),
        slots=(
            Slot(f"δ{layer + 1} × W{layer + 1} of unit {unit}", left),
            Slot("weighted sum for each unit", Units(sent_back, True, unit)),
            Slot(f"· f' → δ{layer}", Units(delta, True, unit), tuple(words)),
        ),
        cell=(
            f"▸ unit {unit}: Σ δ{layer + 1}·w {number(sent_back[unit])} × {here} {number(slope[unit])}"
            f" = δ{layer} {number(delta[unit])}",
            f"▸ unit {unit}: δ{layer} {number(delta[unit])}",
        ),
        moves=layer + 1,
        turns=layer + 1,
    )


def _share_rows(
    view: UpdateView, next_delta: Array, weights: Array, shares: Array, chosen: int, label: int
) -> tuple[Line, ...]:
    """Return a row for each class: its δ, the weight from the chosen unit to this class, and the product of both."""
    most, shown = largest_size(shares), shown_classes(shares, (chosen, label))
    names = class_labels(view, shown, _NAME)
    rows: list[Line] = [((f"  {' ' * len(names[0])}{'δ':>9}{'w':>7}   δ × w", "muted"),)]
    for name, index in zip(names, shown, strict=True):
        figures = f"{_short(next_delta[index]):>9}{_short(weights[index]):>7}"
        bars = signed_bar(float(shares[index]), most, half_bar(name))
        rows.append((mark(index, chosen, label), (name, ""), (figures, "muted"), (" ", ""), *bars))
    return (*rows, *more_classes(len(shares), shown))


def _short(value: float) -> str:
    return Written.of(float(value), 2).text


def gradient_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) of a layer's gradient, which says how the loss changes if a weight changes."""
    layer = layer_of(act)
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    row, at, unit = path.row, path.path[layer], path.path[layer + 1]
    layer_input, deltas = view.layer_input(layer), view.delta(layer)
    weight, bias = view.gradient(layer)
    x, total = input_name(layer), float(weight[at, unit])
    with np.errstate(all="ignore"):
        products, share = layer_input[:, at] * deltas[:, unit], layer_input[row] * deltas[row, unit]
    others = [int(index) for index in np.argsort(-np.nan_to_num(np.abs(products)), kind="stable") if index != row][:1]
    shown = [(float(layer_input[index, at]), float(deltas[index, unit])) for index in (row, *others)]
    to, examples = level_name(view, layer + 1, unit), f"{view.walked:,}"
    what = "output" if layer == view.network.layer_count - 1 else "unit"
    zeros = int(np.count_nonzero(deltas[:, unit] == 0))
    words: list[Line] = []
    if zeros:
        words += muted(f"{zeros} of {view.rows} are 0:", *_why_zero(view, layer), "")
    if bias is not None:
        words += [((f"db{layer} = Σ δ", "muted"),), ((f"= {number(bias[unit])}", ""),)]
    code = f"np.matmul({x}.T, δ{layer}, out=dW{layer})"
    name = f"{level_name(view, layer, at)} to {to}"
    source = x if layer else "pixel"
    count = f"{view.network.sizes[layer] * view.network.sizes[layer + 1]:,}"
    return Scene(
        sentence=(
            (
                f"dW{layer}: the gradient of each of the {count} weights is its {source} × the δ of its {what}, summed over "
                f"{examples} examples."
            ),
            f"dW{layer}: each of {count} gradients sums {source} × δ over {examples} examples.",
            f"dW{layer}: each gradient is {source} × δ, summed over {examples} examples.",
            f"dW{layer}: {source} × δ, summed over {examples} examples.",
            f"Each gradient adds up {source} × δ.",
        ),
        formula=act.formula,
        shapes=f"{shape(fan_in, view.walked)} @ {shape(view.walked, fan_out)} → {shape(fan_in, fan_out)}",
        code=code if bias is None else f"{code}; db{layer} = δ{layer}.sum(axis=0)",
        numbers=tuple(
            f"dW{layer}[{at},{unit}] = {sum_of_shown(shown, view.walked - len(shown), total, digits)}"
            for digits in (3, 2)
        ),
        slots=(
            Slot(f"from {example_name(view, row)}", signed_picture(path, layer, share)),
            Slot(f"Σ dW{layer} of {to}, all {examples}", signed_picture(path, layer, weight[:, unit])),
            Slot(f"δ{layer} of {to}", Units(deltas[:, unit], True, row), tuple(words)),
        ),
        cell=(
            f"▸ {name}: w {number(view.before.weights[layer][at, unit])}{last_update(view, layer, at, unit)}",
            f"▸ {name}: gradient {number(total)}",
        ),
        moves=layer,
        turns=layer + 1,
    )


def _why_zero(view: UpdateView, layer: int) -> tuple[str, ...]:
    """Return the reason why a delta is exactly 0, in short lines for a narrow column."""
    if layer == view.network.layer_count - 1:
        exact = "p is exactly y," if has_probabilities(view) else "a is at its limit,"
        return exact, "no gradient."
    if bind_activation(view.network.activation, view.network.leaky_slope).can_die:
        return "the unit is off,", "no gradient."
    if view.masks:
        return "dropped out,", "no gradient."
    return "rounded to 0,", "no gradient."


def rest_scene(view: UpdateView, act: Act, path: ChosenPath) -> Scene:
    """Return the scene (texts and pictures) in which the gradients of the other chunks (parts of the batch) are added."""
    at, unit, more = path.path[0], path.path[1], view.chunks - 1
    first, whole = view.gradient(0)[0], view.gradient(0, whole=True)[0]
    total, where, to = float(whole[at, unit]), level_name(view, 0, at), level_name(view, 1, unit)

    def build(digits: int) -> tuple[str, float]:
        one = Written.of(float(first[at, unit]), digits)
        rest = Written.to(Written.of(total, digits).value - one.value, unit_of(total or 1.0, digits))
        return f"{one.text} + {more} more: {rest.text}", one.value + rest.value

    with np.errstate(all="ignore"):
        others = whole[:, unit] - first[:, unit]
    chunks = f"{more} other chunk{'s' if more > 1 else ''}"
    words: list[Line] = [
        *muted("of this chunk"),
        ((fitted(view.loss, 4, 12), ""),),
        *muted("", "of the batch"),
        ((fitted(view.whole_loss, 4, 12), "bold"),),
    ]
    return Scene(
        sentence=(
            f"The {chunks} go{'' if more > 1 else 'es'} through the same steps, and all gradients are added.",
            f"The gradients of the {chunks} are added.",
            "The gradients of all chunks are added.",
        ),
        formula=act.formula,
        shapes=f"{view.chunks} × {shape(*first.shape)} → {shape(*first.shape)}",
        code="for chunk in chunks[1:]: dW += gradient_of(chunk)",
        numbers=(f"dW0[{at},{unit}] = {agreeing(total, build)}",),
        slots=(
            Slot(f"dW0 of {to}, this chunk", signed_picture(path, 0, first[:, unit])),
            Slot(f"+ the other {more}", signed_picture(path, 0, others)),
            Slot("loss", Lines(tuple(words))),
        ),
        cell=(
            f"▸ {where}: the gradient is {number(first[at, unit])} for this chunk and {number(total)} for all chunks",
            f"▸ {where}: gradient {number(first[at, unit])}, for all chunks {number(total)}",
        ),
        moves=0,
        turns=1,
    )
