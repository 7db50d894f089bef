"""A network as boxes and lines in three rows of text, with the calculation of its parameter counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Picture = tuple[str, str, str]

_FORMULA_FROM = 15
_RESULT_FROM = 8
"""The smallest lengths, in cells, of a line between two boxes: with room for a formula and its result, and for a result alone."""


def layer_parameters(sizes: Sequence[int], use_bias: bool) -> tuple[int, ...]:
    """Return the parameter count of each layer: fan_in × fan_out weights, and fan_out biases."""
    return tuple(fan_in * fan_out + fan_out * use_bias for fan_in, fan_out in pairwise(sizes))


def network_picture(sizes: Sequence[int], names: Sequence[str], use_bias: bool, width: int) -> Picture:
    """Return three rows of text with a box for each layer. The parameter count of a layer stands at the line before its box.

    If there is too little room, the picture first loses the formulas, then the names, the results, the spaces in the
    boxes, and at last some boxes before the output.

    Args:
        sizes: the number of inputs, and of the units of each layer; two or more.
        names: the activation of each layer, "" for the input.
        use_bias: True if the layers have biases.
        width: the largest width in cells.
    """
    named = [f" {size} {name} " if name else f" {size} " for size, name in zip(sizes, names, strict=True)]
    padded = [f" {size} " for size in sizes]
    tight = [str(size) for size in sizes]
    formulas = [f"{i}×{o} + {o}" if use_bias else f"{i}×{o}" for i, o in pairwise(sizes)]
    results = [f"{count:,}" for count in layer_parameters(sizes, use_bias)]
    nothing = [""] * len(results)
    for boxes, over, under, least in (
        (named, formulas, results, _FORMULA_FROM),
        (named, nothing, results, _RESULT_FROM),
        (padded, formulas, results, _FORMULA_FROM),
        (padded, nothing, results, _RESULT_FROM),
        (padded, nothing, nothing, 1),
        (tight, nothing, nothing, 1),
    ):
        lengths = _line_lengths(boxes, width)
        longest = [max(map(len, texts)) for texts in zip(over, under, strict=True)]
        if all(length >= max(least, text + 2 * bool(text)) for length, text in zip(lengths, longest, strict=True)):
            return _draw(boxes, ["─" * length for length in lengths], over, under)
    return _draw_ends(tight, width)


def _line_lengths(boxes: Sequence[str], width: int) -> list[int]:
    """Return the lengths of the lines between the boxes, as equal as possible; below 0 if there is no room."""
    each, longer = divmod(width - _cells(boxes), len(boxes) - 1)
    return [each + (index < longer) for index in range(len(boxes) - 1)]


def _cells(boxes: Sequence[str]) -> int:
    return sum(len(box) + 2 for box in boxes)


def _draw(boxes: Sequence[str], lines: Sequence[str], over: Sequence[str], under: Sequence[str]) -> Picture:
    top = middle = bottom = ""
    for index, box in enumerate(boxes):
        if index:
            line = lines[index - 1]
            top += over[index - 1].center(len(line))
            middle += line
            bottom += under[index - 1].center(len(line))
        top += f"┌{'─' * len(box)}┐"
        middle += f"{'┤' if index else '│'}{box}{'├' if index < len(lines) else '│'}"
        bottom += f"└{'─' * len(box)}┘"
    return top, middle, bottom


def _draw_ends(boxes: Sequence[str], width: int) -> Picture:
    """Return a picture of the first boxes that fit, the number of boxes that do not fit, and the output."""
    for kept in range(len(boxes) - 2, 0, -1):
        shown = [*boxes[:kept], boxes[-1]]
        left_out = f"─ {len(boxes) - len(shown)} more ─"
        room = width - _cells(shown) - (kept - 1)
        if room >= len(left_out):
            return _draw(shown, ["─"] * (kept - 1) + [left_out.center(room, "─")], [""] * kept, [""] * kept)
    return "", " ─ ".join(boxes)[: max(width, 0)], ""
