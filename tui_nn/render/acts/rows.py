"""Rows of text that stand where a picture would, and the words for what is under the cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.core.activations import bind_activation
from tui_nn.core.parameters import Array, Labels
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.scene import (
    Ink,
    Line,
    Lines,
    Picture,
    Place,
    Signed,
    Slot,
    Units,
    below_name,
    level_name,
)
from tui_nn.render.acts.written import Written
from tui_nn.render.bars import bar
from tui_nn.render.numbers import compact, fitted, probability
from tui_nn.render.pictures import braille


def ink_of(view: UpdateView, place: Place) -> Array:
    """What enters the network of the chosen example as shares of full ink, (784,)."""
    x: Array = view.x[place.row]
    return x if view.network.scale_pixels else x / 255


def values_picture(view: UpdateView, place: Place, layer: int, values: Array, *, products: bool) -> Picture:
    """A layer's inputs as a picture: pixels as 28 x 28, units as a grid."""
    if not layer:
        return Signed(values, place.path[0]) if products else Ink(ink_of(view, place), place.path[0])
    hidden = bind_activation(view.network.activation, view.network.leaky_slope)
    return Units(values, products or hidden.signed, place.path[layer])


def z_slot(view: UpdateView, place: Place, layer: int, words: Sequence[Line]) -> Slot:
    """The z of a layer: units as a grid, digits as bars."""
    z, unit = view.z[layer][place.row], place.path[layer + 1]
    if layer == view.network.layer_count - 1:
        return Slot(f"Σ z{layer}", Lines(signed_rows(z.astype(float), unit, int(view.labels[place.row]))), tuple(words))
    with np.errstate(all="ignore"):
        scale = compact(float(np.nanmax(np.abs(z))) if len(z) else 0.0, 6)
    more: list[Line] = [
        (("▸ ", "good"), (f"unit {unit}", "good")),
        (("z ", "muted"), (fitted(float(z[unit]), 2, 9), "bold")),
        (("− blue", "minus"), ("  ", ""), ("+ orange", "plus")),
        ((f"to ±{scale}", "muted"),),
    ]
    return Slot(f"Σ z{layer} of all {len(z)}", Units(z, True, unit), tuple(more))


def thumbnails(view: UpdateView, place: Place) -> tuple[Line, ...]:
    """The examples of the batch from the chosen one's row on, in Braille, with their labels."""
    across, down = 4, 3
    first = place.row // (across * down) * across * down
    lines: list[Line] = []
    for start in range(first, min(first + across * down, view.rows), across):
        rows = range(start, min(start + across, view.rows))
        pictures = [braille(view.pixels[row], 6, 3) for row in rows]
        lines += [tuple((f"{picture[line]} ", "") for picture in pictures) for line in range(3)]
        lines.append(tuple(_label(view, row, row == place.row) for row in rows))
    return tuple(lines)


def _label(view: UpdateView, row: int, chosen: bool) -> tuple[str, str]:
    text = f"{'▸' if chosen else ' '}{int(view.positions[row])}: {int(view.labels[row])}"
    return f"{text:7}", "good" if chosen else "muted"


def label_counts(counts: Labels) -> tuple[Line, ...]:
    """Ten bars: how many of each digit there are."""
    most = max(int(counts.max()), 1)
    return tuple(
        ((f"{digit} ", "muted"), (bar(count / most, 8), "bar"), (f" {count:,}", ""))
        for digit, count in enumerate(counts.tolist())
    )


def signed_bar(value: float, most: float, half: int = 3) -> Line:
    """A bar from the middle: "  --│" or "     │+++"; "  !│" for what is not finite."""
    if not math.isfinite(value):
        return ("!".rjust(half), "warn"), ("│", "muted"), (" " * half, "")
    size = round(abs(value) / most * half) if most else 0
    size = max(size, int(abs(value) > 0.05 * most))
    below, above = ("-" * size, "") if value < 0 else ("", "+" * size)
    return (below.rjust(half), "minus"), ("│", "muted"), (above.ljust(half), "plus")


def signed_rows(values: Array, chosen: int, label: int) -> tuple[Line, ...]:
    """Ten signed numbers, as bars from the middle."""
    finite = np.abs(values[np.isfinite(values)])
    most = float(finite.max()) if finite.size else 0.0
    return tuple(
        (
            mark(digit, chosen, label),
            (f"{digit} ", "bold" if digit == chosen else ""),
            *signed_bar(value, most),
            (f"{_short(value):>6}", ""),
        )
        for digit, value in enumerate(values.tolist())
    )


def power_rows(values: Array, chosen: int) -> tuple[Line, ...]:
    """Ten powers, as shares of their sum, and the sum."""
    total = float(values.sum())
    rows: list[Line] = [
        (
            ("▸ " if digit == chosen else "  ", "good"),
            (f"{digit} ", "bold" if digit == chosen else ""),
            (bar(value / total if total else 0.0, 10), "bar"),
            (f" {compact(value, 9)}", ""),
        )
        for digit, value in enumerate(values.tolist())
    ]
    return (*rows, ((f"    Σ{'':10}{compact(total, 9)}", "muted"),))


def output_rows(p: Array, chosen: int, label: int, width: int) -> tuple[Line, ...]:
    """Ten outputs as bars, the true one marked."""
    rows: list[Line] = []
    for digit, value in enumerate(p.tolist()):
        role = "good" if digit == label else ""
        word = " true" if digit == label and width > 8 else ""
        numbers = ((f" {probability(value):>4}", role), (word, role))
        rows.append((mark(digit, chosen, label), (f"{digit} ", role), (bar(value, width), role or "bar"), *numbers))
    return tuple(rows)


def muted(*lines: str) -> tuple[Line, ...]:
    """Plain lines."""
    return tuple(((line, "muted"),) for line in lines)


def mark(digit: int, chosen: int, label: int) -> tuple[str, str]:
    """The two marks of a digit: ▸ chosen, ✓ true."""
    return ("▸" if digit == chosen else " ") + ("✓" if digit == label else " "), "good"


def worst_losses(view: UpdateView, row: int) -> tuple[Line, ...]:
    """The largest losses of those shown, and that of the chosen example."""
    assert view.losses is not None
    order = [int(index) for index in np.argsort(-np.nan_to_num(view.losses, nan=np.inf), kind="stable")]
    shown = order[:7] if row in order[:7] else [*order[:6], row]
    most = float(view.losses[order[0]])
    return tuple(
        ((f"{'▸' if index == row else ' '}{int(view.positions[index]):>4} ", "good" if index == row else "muted"),
         (bar(float(view.losses[index]) / most if most else 0.0, 4), "bar"), (f" {fitted(float(view.losses[index]), 2, 5)}", ""))
        for index in shown
    )  # fmt: skip


def pixel_words(view: UpdateView, place: Place) -> tuple[str, ...]:
    """The pixel under the cursor."""
    pixel, ink = place.path[0], int(view.pixels[place.row, place.path[0]])
    return (f"▸ {level_name(view, 0, pixel)}, pixel {pixel}: ink {ink} of 255, x {number(view.x[place.row, pixel])}",)


def term_words(view: UpdateView, place: Place, layer: int) -> tuple[str, ...]:
    """A weight and what comes through it."""
    at, unit = place.path[layer], place.path[layer + 1]
    x, w = float(view.below(layer)[place.row, at]), float(view.before.weights[layer][at, unit])
    name = level_name(view, layer, at)
    long = f"▸ {name}: {below_name(layer)} {number(x)} × w {number(w)} = {number(x * w)}"
    return f"{long}{last_update(view, layer, at, unit)}", long


def last_update(view: UpdateView, layer: int, at: int, unit: int) -> str:
    """What is known of a weight's gradient and step by now: " · gradient −0.0105 · step +0.0011"."""
    text = ""
    if len(view.gradients) >= view.network.layer_count - layer:
        text += f" · gradient {number(view.gradient(layer)[0][at, unit])}"
    if view.step is not None:
        moved = float(view.step.after.weights[layer][at, unit]) - float(view.before.weights[layer][at, unit])
        text += f" · step {number(moved)}"
    return text


def number(value: float) -> str:
    """A number with three digits."""
    return Written.of(float(value)).text


def _short(value: float) -> str:
    """A number in at most six characters."""
    return fitted(value, 2, 6) if abs(value) < 1000 else compact(value, 6)


def truth_rows(p: Array, targets: Array, chosen: int, label: int) -> tuple[Line, ...]:
    """Ten outputs as bars, beside what they should be."""
    rows: list[Line] = []
    for digit, (value, target) in enumerate(zip(p.tolist(), targets.tolist(), strict=True)):
        role = "good" if digit == label else ""
        numbers = ((f" {probability(value):>5}", role), (f"{target:>6.3g}", role))
        rows.append((mark(digit, chosen, label), (f"{digit} ", role), (bar(value, 10), role or "bar"), *numbers))
    return tuple(rows)
