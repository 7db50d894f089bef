"""The texts that the why view shows, in lines of at most 78 cells."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.attribution import Part
from tui_nn.analysis.why import SIDES, Why
from tui_nn.core.parameters import Array
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.ui.kit.output_bars import short_name

HELP = """\
Why did the network predict this class? Each output comes from a sum **z**, and this view shows the parts of that sum. It
compares the predicted class with the true class. If the prediction is right, it compares the predicted class with the class
of the second largest output.

| word | means |
| --- | --- |
| **gradient** | how much z changes if a pixel becomes larger by 1 |
| **pixel × gradient** | how much the ink of this pixel contributes to z |
| **the sum** | the contributions of all pixels and the biases: together they make the difference of the two z |
| **curvature** | the rest, which a curved activation leaves over; it is 0 for relu, leaky_relu and identity |
| **a × (w9 − w2)** | what a hidden unit adds to the lead of 9 over 2: its activation times the difference of its weights |
| **switched off** | the outputs if the unit gave 0 |
| **nearest** | the training pictures for which the last hidden layer gives almost the same numbers (Euclidean distance) |

**strongest** is the largest contribution of a pixel, for or against. The scale below the map of a hidden unit says how large
a weight its strongest colours stand for; few weights are larger.

Press `o` to see the z of one class alone: what speaks for it and against it. A pixel without ink contributes nothing, even
where missing ink matters; its gradient shows that. Press `h` for the hidden units, and `t` for the nearest training pictures.
A large terminal shows all three at once.

Sources: Simonyan, Vedaldi and Zisserman 2013; Shrikumar et al. 2016 (arXiv:1605.01713).
"""


def title(why: Why) -> tuple[str, ...]:
    """Return the title in several lengths: a question such as "Why 9 and not 2?", and the caption of the example."""
    names = why.class_names
    if not why.finite:
        return (f"No prediction: the outputs are NaN · true {names[why.answer.true]} · #{why.answer.index}",)
    question = f"Why {why.names[0]} and not {why.names[1]}?"
    symbol = symbol_of(why.mlp.config.loss)
    return f"{question}   {caption(why.answer, symbol, names)}", f"{question}   #{why.answer.index}", question


def z_names(why: Why) -> tuple[str, str]:
    """Return the names of the z of the two compared classes, such as "z9" and "z2"."""
    first, second = (f"z{short_name(name, 6)}" for name in why.names)
    return first, second


def sums(why: Why, side: str) -> list[tuple[str, str]]:
    """Return pairs of a name and a number, both as text: the parts of a z, or of the difference between two z, and their sum.

    The rounded numbers add up on the screen, because the last part before the sum absorbs the rounding errors.
    """
    pred, other = (short_name(name, 5) for name in why.names)
    part = why.attribution.part(SIDES[side])
    if side == "both":
        difference = " − ".join(z_names(why))
        names = f"for {pred}", f"for {other}", difference if cells_of(difference) <= 9 else "lead"
    else:
        name = pred if side == "for" else other
        names = f"for {name}", "against", f"z{name}"
    rows = [(names[0], part.ups), (names[1], part.downs)]
    rounded = [round(value, 2) for _, value in rows]
    total = round(part.z, 2)
    if has_rest(part):
        rows.append(("biases", part.bias))
        rounded.append(round(part.bias, 2))
    last = "curvature" if has_rest(part) else "biases"
    rows += [(last, total - sum(rounded)), (names[2], total)]
    return [(name, figure(value)) for name, value in rows]


def has_rest(part: Part) -> bool:
    """Return whether the contributions of pixels and biases do not add up to z, as with a curved activation function.

    Differences as small as rounding errors do not count.
    """
    return abs(part.rest) > max(0.005, 1e-4 * (part.ups - part.downs))


def figure(value: float, width: int = 8) -> str:
    """Return a number as text with its sign, in at most `width` characters."""
    text = signed(value)
    return text if len(text) <= width else compact(value, width)


def pixel(why: Why, side: str, row: int, column: int) -> tuple[str, str]:
    """Return two texts about a pixel: its contribution, and the outputs of the network if this pixel were empty."""
    part = why.attribution.part(SIDES[side])
    place = row * why.side + column
    ink, gradient, product = float(why.attribution.x[place]), float(part.gradient[place]), float(part.products[place])
    pred, other = why.names
    where = f"row {row}, column {column}:"
    if ink == 0:
        return f"{where} no ink; the gradient for {other if side == 'against' else pred} is {figure(gradient)}", ""
    words = f"{where} ink {fitted(ink, 2, 4)} × gradient {figure(gradient)} = {figure(product)}"
    if side == "both" and product < 0:
        words += f": {figure(abs(product))} for {other}"
    else:
        words += f" for {other if side == 'against' else pred}"
    outputs, lead = why.without_pixel(row, column)
    return words, f"Without it: {lead_change(why, lead)}; {change(why, outputs)}"


def pixel_in_a_row(why: Why, side: str, row: int, column: int) -> tuple[str, ...]:
    """Return the text about the contribution of a pixel in several lengths, for a view that has only one row for it."""
    text, _ = pixel(why, side, row, column)
    _, _, said = text.partition(": ")
    return text, f"{row}, {column}: {said}", said


def lead_change(why: Why, lead: float) -> str:
    """Return a text with the change of the difference between the two z, such as "z9 − z2 +9.60 → +8.84"."""
    return f"{' − '.join(z_names(why))} {figure(why.lead)} → {figure(lead)}"


def change(why: Why, outputs: Array) -> str:
    """Return a text with the change of the two outputs, such as "9 .58 → .55, 2 <.01 → <.01".

    If the network would predict another class with the new `outputs`, the text names this class.
    """
    if not np.isfinite(outputs).all():
        return "no prediction"
    words = ", ".join(
        f"{short_name(name, 6)} {probability(float(why.outputs[label]))} → {probability(float(outputs[label]))}"
        for name, label in zip(why.names, why.pair, strict=True)
    )
    now = int(outputs.argmax())
    return words + (f": it would predict {why.class_names[now]}" if now != why.answer.predicted else "")
