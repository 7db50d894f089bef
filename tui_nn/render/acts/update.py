"""The last step of an update: how the optimizer turns the gradient into new weights, and how the loss changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Array, Parameters
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.rows import number
from tui_nn.render.acts.scene import (
    ChosenPath,
    Line,
    Lines,
    Scene,
    Slot,
    level_name,
    output_symbol,
    shape,
    signed_picture,
)
from tui_nn.render.acts.written import Written, agree, exponent_of
from tui_nn.render.numbers import MINUS, fitted, fitting, plain, probability

_DIGITS = 3


def update_scene(view: UpdateView, act: Act, path: ChosenPath, start: Parameters | None) -> Scene:
    """Return the scene (texts and pictures) of a layer's weight changes. `start` are the start weights of the run."""
    step = view.step
    assert step is not None
    layer = path.layer
    fan_in, fan_out = view.network.sizes[layer : layer + 2]
    at, unit = path.path[layer], path.path[layer + 1]
    one = OneWeight.of(view, layer, at, unit)
    weights, to = shape(fan_in, fan_out), level_name(view, layer + 1, unit)
    before = view.before.weights[layer][:, unit]
    with np.errstate(all="ignore"):
        moved = step.after.weights[layer][:, unit] - before
        learned = before if start is None else before - start.weights[layer][:, unit]
    caption = f"{to}: learned so far"
    if start is None or not np.any(learned):
        learned, caption = before, f"W{layer} of {to}, at the start"
    factor = _factor(learned, moved)
    penalty = _penalty_words(view, layer, at, unit)
    name = f"{level_name(view, layer, at)} to {to}"
    replay = " · replay: nothing changes" if view.history else ""
    rule, count = OPTIMIZERS[view.training.optimizer], f"{view.before.vector.size:,}"
    return Scene(
        sentence=(
            f"update: the optimizer moves each of the {count} weights and biases a little, to lower the loss.",
            f"update: each of {count} weights and biases moves a little.",
            f"update: each of {count} parameters moves a little.",
            "update: each weight moves a little.",
        ),
        formula=act.formula,
        shapes=f"{weights} − rate · {weights} → {weights}",
        code=rule.numpy or rule.formula,
        numbers=update_numbers(one, f"W{layer}[{at},{unit}]"),
        slots=(
            Slot(caption, signed_picture(path, layer, learned)),
            Slot(
                f"+ change, drawn × {factor}" if factor != "1" else "+ this change",
                signed_picture(path, layer, moved),
            ),
            Slot("", Lines(_achieved(view, path, layer))),
        ),
        cell=(
            f"▸ {name}: w {number(one.before)} → {number(one.after)} · gradient {number(one.gradient)}{penalty}{replay}",
            f"▸ {name}: w {number(one.before)} → {number(one.after)}{penalty}{replay}",
            f"▸ {name}: w {number(one.before)} → {number(one.after)}{replay}",
            f"▸ {name}: change {number(one.after - one.before)}{replay}",
        ),
        moves=layer,
        turns=layer + 1,
    )


def _factor(learned: Array, moved: Array) -> str:
    """Return the factor by which the drawn weight changes are enlarged, as text: 1, 2 or 5 times a power of ten."""
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
    """Return a phrase that says why the gradient in the optimizer differs from dW; "" if it does not."""
    assert view.step is not None
    own = float(view.gradient(layer, whole=True)[0][at, unit])
    used = float(view.step.gradient.weights[layer][at, unit])
    what = "before penalty and clipping" if view.training.clip_norm else f"penalty {number(used - own)}"
    return f" (dW {number(own)}, {what})" if own != used else ""


def _achieved(view: UpdateView, path: ChosenPath, layer: int) -> tuple[Line, ...]:
    """Return lines with the loss before and after the update, and with the size of the update."""
    step, row = view.step, path.row
    assert step is not None
    label = int(view.labels[row])
    before, after = float(view.a[-1][row, label]), float(step.outputs[row, label])
    with np.errstate(all="ignore"):
        weight = view.before.weights[layer].astype(float)
        moved = step.after.weights[layer].astype(float) - weight
        of_change, of_weight = (float(np.sqrt(np.mean(np.square(values)))) for values in (moved, weight))
        ratio = math.log10(of_change / of_weight) if of_change > 0 and of_weight > 0 else math.nan
    change = step.loss - view.batch_loss
    arrow, role = ("↓", "better") if change < 0 else ("↑", "worse")
    lines: list[Line] = [
        (("loss of batch", "head"),),
        (("before ", "muted"), (f"{fitted(view.batch_loss, 4, 8):>8}", "")),
        (("after  ", "muted"), (f"{fitted(step.loss, 4, 8):>8}", "bold")),
        (("change", "muted"), (f"{_with_sign(change, 8):>9}", role), (f" {arrow}", role)),
        (("g·Δw  ", "muted"), (f"{_with_sign(step.predicted):>9}", "")),
        (),
        ((f"{output_symbol(view)}(true), ex. {int(view.positions[row])}", "head"),),
        (("before ", "muted"), (f"{probability(before):>8}", "")),
        (("after  ", "muted"), (f"{probability(after):>8}", "bold")),
        (),
        (("typical size", "head"),),
        (("change ", "muted"), (f"{Written.of(of_change, 2).text:>8}", "")),
        ((f"W{layer}".ljust(7), "muted"), (f"{Written.of(of_weight, 2).text:>8}", "")),
        (("u:w, log", "muted"), (f"{plain(ratio, 1):>7}", "")),
    ]
    return tuple(lines)


def _with_sign(value: float, cells: int = 9) -> str:
    """Return a number as text with its sign, and with as many digits as fit `cells` cells."""
    texts = [f"+{text}" if value > 0 else text for text in (Written.of(value, digits).text for digits in (3, 2, 1))]
    return fitting(texts, cells)


@dataclass(frozen=True, slots=True)
class OneWeight:
    """One weight of an update, with the numbers that its optimizer uses."""

    view: UpdateView
    before: float
    after: float
    gradient: float
    """The gradient that the optimizer received: the gradient of the loss plus the gradient of the penalty."""
    moments: tuple[float, ...]
    """The optimizer's moments for this weight before the update."""
    moments_after: tuple[float, ...]

    @classmethod
    def of(cls, view: UpdateView, layer: int, at: int, unit: int) -> OneWeight:
        """Return the weight from input `at` to `unit` of a layer."""
        assert view.step is not None

        def one(vector: Array) -> float:
            return float(Parameters(view.network.sizes, view.network.use_bias, vector).weights[layer][at, unit])

        step = view.step
        return cls(
            view,
            float(view.before.weights[layer][at, unit]),
            float(step.after.weights[layer][at, unit]),
            float(step.gradient.weights[layer][at, unit]),
            tuple(map(one, view.moments)),
            tuple(map(one, step.moments)),
        )


Rule = Callable[[OneWeight, int], tuple[str, str, float]]
"""A function that writes the term that an optimizer subtracts from a weight, with a number of digits.

It returns three values: a line that must be computed first (or ""), the term as text, and the number that this text
gives.
"""


def _rate(one: OneWeight) -> tuple[str, float]:
    return _plain(one.view.rate, 6), float(f"{one.view.rate:.6g}")


def _plain(value: float, digits: int) -> str:
    """Return a number as text without zeros at its end, such as "0.1", "1e6" or "1e−5"."""
    mantissa, e, power = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(power)}" if e else mantissa).replace("-", MINUS)


def _sgd(one: OneWeight, digits: int) -> tuple[str, str, float]:
    (rate_text, rate), g = _rate(one), Written.of(one.gradient, digits)
    return "", f"{rate_text}·{g.text}", rate * g.value


def _momentum(one: OneWeight, digits: int) -> tuple[str, str, float]:
    (rate_text, rate), v = _rate(one), Written.of(one.moments_after[0], digits)
    return _velocity(one, v, digits), f"{rate_text}·{v.text}", rate * v.value


def _nesterov(one: OneWeight, digits: int) -> tuple[str, str, float]:
    (rate_text, rate), v, g = _rate(one), Written.of(one.moments_after[0], digits), Written.of(one.gradient, digits)
    m = one.view.training.momentum
    return _velocity(one, v, digits), f"{rate_text}·({g.text} + {m:g}·{v.text})", rate * (g.value + m * v.value)


def _velocity(one: OneWeight, velocity: Written, digits: int) -> str:
    """Return the calculation of the velocity as text, such as "v = 0.9·0.0021 + 0.0105 = 0.0124"."""
    old, m = Written.of(one.moments[0], digits), one.view.training.momentum
    g = Written.of(one.gradient, digits)
    return f"v = {m:g}·{old.text} + {g.text} = {velocity.text}"


def _rmsprop(one: OneWeight, digits: int) -> tuple[str, str, float]:
    (rate_text, rate), g = _rate(one), Written.of(one.gradient, digits)
    v, eps = Written.of(one.moments_after[0], digits), one.view.training.epsilon
    return (
        "",
        f"{rate_text}·{g.text} / (√{v.text} + {Written.of(eps, 1).text})",
        rate * g.value / (math.sqrt(v.value) + eps),
    )


def _adam(one: OneWeight, digits: int) -> tuple[str, str, float]:
    training, step = one.view.training, one.view.step
    assert step is not None
    rate_text, rate = _rate(one)
    mean = one.moments_after[0] / (1 - training.beta1**step.number)
    square = one.moments_after[1] / (1 - training.beta2**step.number)
    m, v = Written.of(mean, digits), Written.of(square, digits)
    eps = training.epsilon
    taken = rate * m.value / (math.sqrt(v.value) + eps)
    return f"m {m.text}, v {v.text}", f"{rate_text}·{m.text} / (√{v.text} + {Written.of(eps, 1).text})", taken


RULES: dict[str, Rule] = {
    "sgd": _sgd, "momentum": _momentum, "nesterov": _nesterov, "rmsprop": _rmsprop, "adam": _adam, "adamw": _adam,
}  # fmt: skip
"""The function that writes the calculation of each optimizer, by name.

If an optimizer is not in the table, only the change is shown.
"""


def update_numbers(one: OneWeight, name: str) -> tuple[str, ...]:
    """Return the update of one weight by the optimizer `name` as lines of arithmetic, in several lengths."""
    moved = one.after - one.before
    # The numbers have so many digits that the old and the new weight look different.
    digits = max(_DIGITS, exponent_of(one.before) - exponent_of(moved or 1e-3) + 2) if one.before else _DIGITS
    digits = min(digits, 9)
    texts, sign = _line(one, digits, digits), "≈"
    for more in range(digits, 12):
        written = _line(one, more, digits)
        if agree(written.worth, one.after, digits):
            texts, sign = written, "="
            break
    end = f"{sign} {Written.of(one.after, digits).text}"
    long, short = (f"{{}} = {kept} − {texts.taken} {end}" for kept in texts.kept)
    lines = long.format(name), long.format("w"), short.format(name), short.format("w")
    return tuple(dict.fromkeys((*(f"{texts.first};  {line}" for line in lines if texts.first), *lines)))


@dataclass(frozen=True, slots=True)
class _Line:
    """The calculation of a new weight, with numbers in place of letters: `kept` − `taken`."""

    first: str
    """The line that must be computed first, such as that of the velocity; "" if there is none."""
    kept: tuple[str, str]
    """The old weight times its weight decay as text, in a long and a short form."""
    taken: str
    worth: float
    """The result that a pocket calculator gives for the printed line."""


def _line(one: OneWeight, more: int, digits: int) -> _Line:
    """Return the calculation of the new weight.

    The old weight is written with `more` digits, and the new one will have `digits`.
    """
    training = one.view.training
    rule, before = RULES.get(training.optimizer), Written.of(one.before, more)
    if rule is None:
        taken = Written.of(one.before - one.after, _DIGITS)
        return _Line("", (before.text, before.text), taken.text, before.value - taken.value)
    first, text, worth = rule(one, max(_DIGITS, more - digits + _DIGITS))
    if not OPTIMIZERS[training.optimizer].decay or not training.l2:
        return _Line(first, (before.text, before.text), text, before.value - worth)
    rate_text, rate = _rate(one)
    share = 1 - rate * training.l2
    kept = f"{before.text}·(1 − {rate_text}·{training.l2:g})", f"{before.text}·{_plain(share, 9)}"
    return _Line(first, kept, text, before.value * share - worth)
