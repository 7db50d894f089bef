"""The last act: what the optimizer makes of the gradient, and what that was worth."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.arrays import Array
from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.rows import number
from tui_nn.render.acts.scene import (
    Line,
    Lines,
    Place,
    Scene,
    Slot,
    level_name,
    shape,
    signed_picture,
)
from tui_nn.render.acts.update_rules import CODE, OneWeight, update_numbers
from tui_nn.render.acts.written import Written, exponent_of
from tui_nn.render.fitting import fitting
from tui_nn.render.numbers import fitted, plain, probability


def update_scene(view: UpdateView, act: Act, place: Place, start: Parameters | None) -> Scene:
    """The update."""
    step = view.step
    assert step is not None
    layer = place.layer
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    at, unit = place.path[layer], place.path[layer + 1]
    one = OneWeight.of(view, layer, at, unit)
    weights = shape(fan_in, fan_out)
    last = layer == view.network.layer_count - 1
    who = f"{'digit' if last else 'unit'} {unit}"
    before = view.before.weights[layer][:, unit]
    with np.errstate(all="ignore"):
        moved = step.after.weights[layer][:, unit] - before
        learned = before if start is None else before - start.weights[layer][:, unit]
    caption = f"{who}: learned so far"
    if start is None or not np.any(learned):
        learned, caption = before, f"W{layer} of {who}, at the start"
    factor = _factor(learned, moved)
    penalty = _penalty_words(view, layer, at, unit)
    name = f"{level_name(view, layer, at)} to {who}"
    sentence = "Every weight takes one small step against its gradient."
    history = " · history: nothing is changed" if view.history else ""
    return Scene(
        sentence=(sentence, "Every weight takes one small step."),
        formula=act.formula,
        shapes=f"{weights} − rate · {weights} → {weights}",
        code=CODE.get(view.training.optimizer, "optimizer.step(w, g)"),
        numbers=update_numbers(one, f"W{layer}[{at},{unit}]"),
        slots=(
            Slot(caption, signed_picture(place, layer, learned)),
            Slot(
                f"+ step, drawn × {factor}" if factor != "1" else "+ this step",
                signed_picture(place, layer, moved),
            ),
            Slot("", Lines(_worth(view, place, layer))),
        ),
        cell=(
            f"▸ {name}: w {number(one.before)} → {number(one.after)} · gradient {number(one.gradient)}{penalty}{history}",
            f"▸ {name}: w {number(one.before)} → {number(one.after)}{penalty}{history}",
            f"▸ {name}: w {number(one.before)} → {number(one.after)}{history}",
            f"▸ {name}: step {number(one.after - one.before)}{history}",
        ),
        moves=layer,
        turns=layer + 1,
    )


def _factor(learned: Array, moved: Array) -> str:
    """By how much the picture of the step is stronger than that of the weights: a power of ten or twice or five times one."""
    with np.errstate(all="ignore"):
        one, two = (float(np.nanmax(np.abs(values), initial=0.0)) for values in (learned, moved))
    if not (one > 0 and two > 0 and math.isfinite(one) and math.isfinite(two)):
        return "1"
    ratio = one / two
    if ratio < 2:
        return "1"
    power = 10.0 ** exponent_of(ratio)
    rounded = next(nice * power for nice in (5, 2, 1) if nice * power <= ratio)
    return f"{rounded:,.0f}"


def _penalty_words(view: UpdateView, layer: int, at: int, unit: int) -> str:
    """How the gradient came to be another than dW."""
    assert view.step is not None
    own = float(view.gradient(layer, whole=True)[0][at, unit])
    used = float(view.step.gradient.weights[layer][at, unit])
    what = "penalised and clipped" if view.training.clip_norm else f"penalty {number(used - own)}"
    return f" (dW {number(own)}, {what})" if own != used else ""


def _worth(view: UpdateView, place: Place, layer: int) -> tuple[Line, ...]:
    """What the update was worth, in the narrow column."""
    step, row = view.step, place.row
    assert step is not None
    label = int(view.labels[row])
    symbol = "p" if view.network.loss == "softmax_cross_entropy" else "a"
    before, after = float(view.a[-1][row, label]), float(step.outputs[row, label])
    with np.errstate(all="ignore"):
        weight = view.before.weights[layer].astype(float)
        moved = step.after.weights[layer].astype(float) - weight
        of_step, of_weight = (float(np.sqrt(np.mean(np.square(values)))) for values in (moved, weight))
        ratio = math.log10(of_step / of_weight) if of_step > 0 and of_weight > 0 else math.nan
    change = step.loss - view.batch_loss
    arrow, role = ("↓", "good") if change < 0 else ("↑", "warn")
    lines: list[Line] = [
        (("loss of batch", "head"),),
        (("before ", "muted"), (f"{fitted(view.batch_loss, 4, 8):>8}", "")),
        (("after  ", "muted"), (f"{fitted(step.loss, 4, 8):>8}", "bold")),
        (("change", "muted"), (f"{_signed(change, 8):>9}", role), (f" {arrow}", role)),
        (("g·Δw  ", "muted"), (f"{_signed(step.predicted):>9}", "")),
        (),
        ((f"{symbol}(true), ex. {int(view.positions[row])}", "head"),),
        (("before ", "muted"), (f"{probability(before):>8}", "")),
        (("after  ", "muted"), (f"{probability(after):>8}", "bold")),
        (),
        ((f"size, W{layer}", "head"),),
        (("step ", "muted"), (f"{Written.of(of_step, 2).text:>10}", "")),
        (("W    ", "muted"), (f"{Written.of(of_weight, 2).text:>10}", "")),
        (("u:w, log ", "muted"), (f"{plain(ratio, 1):>6}", "")),
    ]
    return tuple(lines)


def _signed(value: float, cells: int = 9) -> str:
    """With its sign, and as many digits as have room."""
    texts = [f"+{text}" if value > 0 else text for text in (Written.of(value, digits).text for digits in (3, 2, 1))]
    return fitting(texts, cells)
