"""The gradient of every layer, and those of the other chunks."""

from __future__ import annotations

import numpy as np

from tui_nn.core.activations import bind_activation
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.acts.rows import last_update, muted, number
from tui_nn.render.acts.scene import (
    Line,
    Lines,
    Place,
    Scene,
    Slot,
    Units,
    below_name,
    example_name,
    level_name,
    shape,
    signed_picture,
)
from tui_nn.render.acts.written import Written, agreeing, sum_of_shown, unit_of
from tui_nn.render.numbers import fitted


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
