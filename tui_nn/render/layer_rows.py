"""The table of a network's layers as rows of text; where they stand and their colours are a screen's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tui_nn.core.health import health_words
from tui_nn.core.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.render.numbers import compact
from tui_nn.render.sentences import whole_percent

NUMBERS = ("mean", "std", "min", "max", "zeros")
"""The columns."""


class Detail(IntEnum):
    """How many rows a layer has."""

    SELECTED = 1
    """One; the selected layer has two."""
    SHORT = 2
    """Its activations and its gradient."""
    FULL = 4
    """Pre-activation, activation, weights, gradient."""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One row of the table."""

    layer: int | None
    """None for what is no layer: the input, the sum of the parameters."""
    head: str
    """What stands at the left: the layer's name, or under it where its parameter count comes from."""
    is_name: bool
    health: str = ""
    part: str = ""
    """What the numbers are of: "a", "gradient"."""
    numbers: tuple[str, ...] = ()


def layer_rows(statistics: NetworkStatistics, selected: int, detail: Detail, width: int) -> list[LayerRow]:
    """The input, the layers, and their parameters in all; `head` is at most `width` characters."""
    rows = [LayerRow(None, "input, 784 pixels", True, part="x", numbers=_numbers(statistics.pixels))]
    words = health_words(statistics)
    for number, layer in enumerate(statistics.layers):
        parts = _parts(layer)
        if detail is Detail.SHORT or (detail is Detail.SELECTED and number == selected):
            parts = [parts[1], parts[3]]
        elif detail is Detail.SELECTED:
            parts = [parts[1]]
        heads = [f"layer {number} {layer.activation_name}", _arithmetic(layer, width), "", ""]
        rows += [
            LayerRow(number, head, not row, "" if row else words[number], part, _numbers(summary))
            for row, (head, (part, summary)) in enumerate(zip(heads, parts, strict=False))
        ]
    return [*rows, LayerRow(None, f"{statistics.parameter_count:,} parameters in all", False)]


def row_count(layers: int, detail: Detail) -> int:
    """How many rows `layer_rows` gives for a network of so many layers."""
    return 2 + (layers + 1 if detail is Detail.SELECTED else layers * detail)


def _parts(layer: LayerStatistics) -> list[tuple[str, Summary]]:
    return [("z", layer.z), ("a", layer.a), ("weights", layer.weights), ("gradient", layer.gradient)]


def _numbers(summary: Summary) -> tuple[str, ...]:
    return (*map(compact, (summary.mean, summary.std, summary.low, summary.high)), whole_percent(summary.zeros))


def _arithmetic(layer: LayerStatistics, width: int) -> str:
    texts = (layer.arithmetic, layer.arithmetic.replace(" ", ""), f"{layer.parameter_count:,} parameters")
    return next((text for text in texts if len(text) <= width), texts[-1])
