"""Rows of text that the microscope shows in place of a picture, and the description of the value under the cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.activations import bind_activation
from tui_nn.core.parameters import Array
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.scene import (
    ChosenPath,
    Ink,
    Line,
    Lines,
    Picture,
    Signed,
    Slot,
    Units,
    input_name,
    level_name,
    shorten,
)
from tui_nn.render.acts.written import Written
from tui_nn.render.bars import bar
from tui_nn.render.numbers import compact, fitted, probability
from tui_nn.render.pictures import braille

MOST_CLASSES = 11
"""The largest number of classes in a picture. If the data has more classes, the picture shows the most important ones."""
_NARROW_NAME, _WIDE_NAME = 5, 8
"""The largest width, in cells, of a class name in a narrow picture, and in a wide one."""


def ink_of(view: UpdateView, path: ChosenPath) -> Array:
    """Return the input pixels of the chosen example, shape (pixels,), as fractions of the largest pixel value."""
    x: Array = view.x[path.row]
    return x if view.network.scale_pixels else x / 255


def values_picture(view: UpdateView, path: ChosenPath, layer: int, values: Array, *, products: bool) -> Picture:
    """Return a picture of a layer's inputs, or of their products with weights. Pixels form a square, and units a grid."""
    if not layer:
        return Signed(values, path.path[0]) if products else Ink(ink_of(view, path), path.path[0])
    hidden = bind_activation(view.network.activation, view.network.leaky_slope)
    return Units(values, products or hidden.signed, path.path[layer])


def z_slot(view: UpdateView, path: ChosenPath, layer: int, words: Sequence[Line]) -> Slot:
    """Return a picture of the z of a layer. Hidden units form a grid, and classes a list of bars."""
    z, unit = view.z[layer][path.row], path.path[layer + 1]
    if layer == view.network.layer_count - 1:
        return Slot(
            f"Σ z{layer}", Lines(signed_rows(view, z.astype(float), unit, int(view.labels[path.row]))), tuple(words)
        )
    with np.errstate(all="ignore"):
        scale = compact(float(np.nanmax(np.abs(z))) if len(z) else 0.0, 6)
    more: list[Line] = [
        (("▸ ", "chosen"), (f"unit {unit}", "chosen")),
        (("z ", "muted"), (fitted(float(z[unit]), 2, 9), "bold")),
        (("− blue", "minus"), ("  ", ""), ("+ orange", "plus")),
        ((f"to ±{scale}", "muted"),),
    ]
    return Slot(f"Σ z{layer} of all {len(z)}", Units(z, True, unit), tuple(more))


def thumbnails(view: UpdateView, path: ChosenPath) -> tuple[Line, ...]:
    """Return up to twelve examples of the batch in Braille with their labels; the chosen one is among them."""
    across, down = 4, 3
    first = path.row // (across * down) * across * down
    lines: list[Line] = []
    for start in range(first, min(first + across * down, view.rows), across):
        rows = range(start, min(start + across, view.rows))
        pictures = [braille(view.pixels[row], 6, 3) for row in rows]
        lines += [tuple((f"{picture[line]} ", "") for picture in pictures) for line in range(3)]
        lines.append(tuple(_label(view, row, row == path.row) for row in rows))
    return tuple(lines)


def _label(view: UpdateView, row: int, chosen: bool) -> tuple[str, str]:
    number = f"{'▸' if chosen else ' '}{int(view.positions[row])}: "
    text = f"{number}{shorten(view.class_names[view.labels[row]], max(7 - len(number), 1))}"
    return f"{text:7}", "chosen" if chosen else "muted"


def shown_classes(values: Array | NDArray[np.integer], always: Sequence[int] = ()) -> list[int]:
    """Return the classes to show, in their order. If not all fit, keep those in `always` and those with the largest values."""
    if len(values) <= MOST_CLASSES:
        return list(range(len(values)))
    largest = np.argsort(-np.nan_to_num(np.abs(values), nan=math.inf), kind="stable").tolist()
    return sorted(list(dict.fromkeys([*always, *largest]))[: MOST_CLASSES - 1])


def class_labels(view: UpdateView, shown: Sequence[int], width: int) -> list[str]:
    """Return the names of these classes, all equally wide and at most `width` cells."""
    names = [shorten(view.class_names[index], width) for index in shown]
    widest = max(map(len, names))
    return [name.ljust(widest) for name in names]


def more_classes(count: int, shown: Sequence[int]) -> tuple[Line, ...]:
    """Return a line with the number of classes that are not shown; no line if all are shown."""
    return (((f"   {count - len(shown)} more", "muted"),),) if count > len(shown) else ()


def label_counts(view: UpdateView, counts: NDArray[np.integer]) -> tuple[Line, ...]:
    """Return a row for each shown class, with a bar for the number of its examples."""
    most, shown = max(int(counts.max()), 1), shown_classes(counts)
    names = class_labels(view, shown, _NARROW_NAME)
    rows = tuple(
        ((f"{name} ", "muted"), (bar(counts[index] / most, 9 - len(name)), "bar"), (f" {counts[index]:,}", ""))
        for name, index in zip(names, shown, strict=True)
    )
    return rows + more_classes(len(counts), shown)


def signed_bar(value: float, most: float, half: int = 3) -> Line:
    """Return a bar to the left or right of a middle line, such as " --│" or " │+++". A value that is not finite gives " !│"."""
    if not math.isfinite(value):
        return ("!".rjust(half), "broken"), ("│", "muted"), (" " * half, "")
    size = round(abs(value) / most * half) if most else 0
    size = max(size, int(abs(value) > 0.05 * most))
    minus, plus = ("-" * size, "") if value < 0 else ("", "+" * size)
    return (minus.rjust(half), "minus"), ("│", "muted"), (plus.ljust(half), "plus")


def half_bar(name: str) -> int:
    """Return the width of each half of a signed bar: 3 cells, or fewer beside a long class name."""
    return max(3 - len(name) // 2, 1)


def largest_size(values: Array) -> float:
    """Return the largest |value| that is finite; 0 if there is none."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def signed_rows(view: UpdateView, values: Array, chosen: int, label: int) -> tuple[Line, ...]:
    """Return a row for each class with a signed number as a bar."""
    most, shown = largest_size(values), shown_classes(values, (chosen, label))
    names = class_labels(view, shown, _NARROW_NAME)
    rows = tuple(
        (
            mark(index, chosen, label),
            (f"{name} ", "bold" if index == chosen else ""),
            *signed_bar(float(values[index]), most, half_bar(name)),
            (f"{_short(float(values[index])):>6}", ""),
        )
        for name, index in zip(names, shown, strict=True)
    )
    return rows + more_classes(len(values), shown)


def power_rows(view: UpdateView, values: Array, chosen: int, label: int) -> tuple[Line, ...]:
    """Return a row for each class with e^z, a bar for its share of the sum, and a last row with the sum."""
    total, shown = float(values.sum()), shown_classes(values, (chosen, label))
    names = class_labels(view, shown, _WIDE_NAME)
    rows: list[Line] = [
        (
            ("▸ " if index == chosen else "  ", "chosen"),
            (f"{name} ", "bold" if index == chosen else ""),
            (bar(float(values[index]) / total if total else 0.0, 10), "bar"),
            (f" {compact(float(values[index]), 9)}", ""),
        )
        for name, index in zip(names, shown, strict=True)
    ]
    space = " " * (len(names[0]) - 1)
    return (*rows, *more_classes(len(values), shown), ((f"    {space}Σ{'':10}{compact(total, 9)}", "muted"),))


def output_rows(view: UpdateView, p: Array, chosen: int, label: int, width: int) -> tuple[Line, ...]:
    """Return a row for each class, with a bar for its output. The true class is marked."""
    shown, wide = shown_classes(p, (chosen, label)), width > 8
    names = class_labels(view, shown, _WIDE_NAME if wide else _NARROW_NAME)
    rows: list[Line] = []
    for name, index in zip(names, shown, strict=True):
        role, value = "true" if index == label else "", float(p[index])
        word = " true" if index == label and wide else ""
        picture = bar(value, width + 1 - len(name))
        numbers = ((f" {probability(value):>4}", role), (word, role))
        rows.append((mark(index, chosen, label), (f"{name} ", role), (picture, role or "bar"), *numbers))
    return (*rows, *more_classes(len(p), shown))


def truth_rows(view: UpdateView, p: Array, aims: Array, chosen: int, label: int) -> tuple[Line, ...]:
    """Return a row for each class with its output as a bar, the output and the target."""
    shown = shown_classes(p, (chosen, label))
    rows: list[Line] = []
    for name, index in zip(class_labels(view, shown, _WIDE_NAME), shown, strict=True):
        role = "true" if index == label else ""
        numbers = ((f" {probability(float(p[index])):>5}", role), (f"{float(aims[index]):>6.3g}", role))
        picture = bar(float(p[index]), 11 - len(name))
        rows.append((mark(index, chosen, label), (f"{name} ", role), (picture, role or "bar"), *numbers))
    return (*rows, *more_classes(len(p), shown))


def muted(*lines: str) -> tuple[Line, ...]:
    """Return these texts as lines in the muted colour."""
    return tuple(((line, "muted"),) for line in lines)


def mark(index: int, chosen: int, label: int) -> tuple[str, str]:
    """Return the two marks before a class: ▸ if it is chosen, and ✓ if it is the true class, else spaces."""
    text = ("▸" if index == chosen else " ") + ("✓" if index == label else " ")
    return text, "chosen" if index == chosen else "true"


def worst_losses(view: UpdateView, row: int) -> tuple[Line, ...]:
    """Return rows with the largest losses of the shown examples, and with the loss of the chosen example."""
    assert view.losses is not None
    order = [int(index) for index in np.argsort(-np.nan_to_num(view.losses, nan=np.inf), kind="stable")]
    shown = order[:7] if row in order[:7] else [*order[:6], row]
    most = float(view.losses[order[0]])
    return tuple(
        ((f"{'▸' if index == row else ' '}{int(view.positions[index]):>4} ", "chosen" if index == row else "muted"),
         (bar(float(view.losses[index]) / most if most else 0.0, 4), "bar"), (f" {fitted(float(view.losses[index]), 2, 5)}", ""))
        for index in shown
    )  # fmt: skip


def pixel_words(view: UpdateView, path: ChosenPath) -> tuple[str, ...]:
    """Return a description of the pixel under the cursor in several lengths, the longest first."""
    pixel, ink = path.path[0], int(view.pixels[path.row, path.path[0]])
    return (f"▸ {level_name(view, 0, pixel)}, pixel {pixel}: ink {ink} of 255, x {number(view.x[path.row, pixel])}",)


def term_words(view: UpdateView, path: ChosenPath, layer: int) -> tuple[str, ...]:
    """Return a description of the product under the cursor, an input × its weight, in several lengths, the longest first."""
    at, unit = path.path[layer], path.path[layer + 1]
    x, w = float(view.layer_input(layer)[path.row, at]), float(view.before.weights[layer][at, unit])
    name = level_name(view, layer, at)
    long = f"▸ {name}: {input_name(layer)} {number(x)} × w {number(w)} = {number(x * w)}"
    return f"{long}{last_update(view, layer, at, unit)}", long


def last_update(view: UpdateView, layer: int, at: int, unit: int) -> str:
    """Return the gradient and the change of a weight as text, such as " · gradient −0.0105 · change +0.0011".

    A number that is not known yet is left out.
    """
    text = ""
    if len(view.gradients) >= view.network.layer_count - layer:
        text += f" · gradient {number(view.gradient(layer)[0][at, unit])}"
    if view.step is not None:
        moved = float(view.step.after.weights[layer][at, unit]) - float(view.before.weights[layer][at, unit])
        text += f" · change {number(moved)}"
    return text


def number(value: float) -> str:
    """Return a number as text with three significant digits."""
    return Written.of(float(value)).text


def _short(value: float) -> str:
    """Return a number as text in at most six characters."""
    return fitted(value, 2, 6) if abs(value) < 1000 else compact(value, 6)
