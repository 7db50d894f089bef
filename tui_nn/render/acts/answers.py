"""The acts at the end of the way forward: what the network answers, and what that costs."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.arrays import Array
from tui_nn.core.losses import LOSSES
from tui_nn.core.watch.acts import Act
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.acts.forward import ACTIVATION_NUMBERS
from tui_nn.render.acts.rows import ink_of, number, output_rows, power_rows, signed_rows, worst_losses
from tui_nn.render.acts.scene import Ink, Line, Lines, Place, Scene, Slot, example_name, shape, target
from tui_nn.render.acts.written import Written, agreeing
from tui_nn.render.numbers import fitted, plain

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
