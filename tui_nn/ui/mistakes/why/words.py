"""An answer taken apart, in words: lines that are 78 cells wide at most."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.attribution import Part
from tui_nn.core.parameters import Array
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.session.questions.why import SIDES, Why


def title(why: Why) -> tuple[str, ...]:
    """The question, with the answer that it is about."""
    pred, other = why.pair
    question = f"Why {pred} and not {other}?"
    if not why.finite:
        return (f"No answer: the network gives NaN · true {why.answer.true} · #{why.answer.index}",)
    symbol = symbol_of(why.mlp.config.loss)
    return (
        f"{question}   {caption(why.answer, symbol, tuple('0123456789'))}",
        f"{question}   #{why.answer.index}",
        question,
    )


def sums(why: Why, side: str) -> list[tuple[str, str]]:
    """What adds up to z, or to the lead of one z over the other: (what, how much), the sum last.

    Rounded first: what is written does add up. The biases take the remainder, or where there is one the rest.
    """
    pred, other = why.pair
    part = why.attribution.part(SIDES[side])
    if side == "both":
        names = f"for {pred}", f"for {other}", f"z{pred} − z{other}"
    else:
        digit = pred if side == "for" else other
        names = f"for {digit}", "against", f"z{digit}"
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
    """Whether the activation's bend takes a part that is seen: more than rounding."""
    return abs(part.rest) > max(0.005, 1e-4 * (part.ups - part.downs))


def figure(value: float, width: int = 8) -> str:
    """A number with its sign in at most `width` characters."""
    text = signed(value)
    return text if len(text) <= width else compact(value, width)


def pixel(why: Why, side: str, row: int, column: int) -> tuple[str, str]:
    """What the pixel under the cursor says, and what the answer would be without its ink."""
    part, pred = why.attribution.part(SIDES[side]), why.pair[0]
    place = row * 28 + column
    ink, gradient, product = float(why.attribution.x[place]), float(part.gradient[place]), float(part.products[place])
    whom = f"for {why.pair[side == 'against']}" if side != "both" or not product < 0 else f"for {why.pair[1]}"
    size = abs(product) if side == "both" and product < 0 else product
    where = f"row {row}, column {column}:"
    if ink == 0:
        return (
            f"{where} no ink. Its gradient is {figure(gradient)} for {pred if side != 'against' else why.pair[1]}",
            "",
        )
    words = f"{where} ink {fitted(ink, 2, 4)} × gradient {figure(gradient)} = {figure(product)}"
    if side == "both" and product < 0:
        words += f": {figure(size)} {whom}"
    else:
        words += f" {whom}"
    outputs, lead = why.without_pixel(row, column)
    return words, f"Without it: {lead_change(why, lead)}; {change(why, outputs)}"


def pixel_in_a_row(why: Why, side: str, row: int, column: int) -> tuple[str, ...]:
    """The first of the two in several lengths."""
    text, _ = pixel(why, side, row, column)
    _, _, said = text.partition(": ")
    return text, f"{row}, {column}: {said}", said


def lead_change(why: Why, lead: float) -> str:
    """How the lead changes: "z9 − z2 +9.60 → +8.84"."""
    pred, other = why.pair
    return f"z{pred} − z{other} {figure(why.lead)} → {figure(lead)}"


def change(why: Why, outputs: Array) -> str:
    """How the outputs of the two digits change, and what is predicted then if that is another: "9 .58 → .55, 2 <.01 → <.01"."""
    if not np.isfinite(outputs).all():
        return "no answer"
    words = ", ".join(
        f"{digit} {probability(float(why.outputs[digit]))} → {probability(float(outputs[digit]))}" for digit in why.pair
    )
    now = int(outputs.argmax())
    return words + (f": then a {now}" if now != why.answer.predicted else "")


def alike(labels: list[int]) -> str:
    """What the nearest training digits are: "4 of the 6 are a 9, 2 are a 4"."""
    counts = sorted(((labels.count(digit), digit) for digit in set(labels)), key=lambda pair: (-pair[0], pair[1]))
    if len(counts) == 1 and counts[0][0] > 1:
        return f"All {len(labels)} are a {counts[0][1]}."
    (most, digit), *others = counts
    first = f"{most} of the {len(labels)} {'is' if most == 1 else 'are'} a {digit}"
    return ", ".join([first, *(f"{count} a {digit}" for count, digit in others[:3])]) + "."
