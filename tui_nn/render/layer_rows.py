"""The table of a network's layers as rows of text; where they stand and their colours are a screen's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tui_nn.analysis.health import health_words
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.render.numbers import MINUS, compact
from tui_nn.render.sentences import whole_percent

Trend = Sequence[float]
"""One figure of a layer over the epochs, NaN where it is not known."""

SHARES = ("dead", "satur.")
"""What the column of sick units is called: for activations that can die, and for those with limits."""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One row of the table."""

    layer: int | None
    """None for what is no layer: the input, the sum of the parameters."""
    head: str
    """What stands at the left: the layer's name, or under it where its parameter count comes from."""
    cells: dict[str, str] = field(default_factory=dict)
    """By the name of the column."""
    health: str = ""
    trend: Trend = ()
    """The gradient RMS of the epochs' last updates."""

    @property
    def is_name(self) -> bool:
        """Whether it is the first row of something."""
        return bool(self.cells)


def layer_rows(
    statistics: NetworkStatistics,
    trends: Sequence[Trend],
    below: Sequence[int],
    last_update: Sequence[tuple[float, float]] = (),
) -> list[LayerRow]:
    """The input, the layers, and their parameters in all. Those layers that are in `below` have a second row.

    Gradient and step are those of `last_update`, (gradient RMS, log10 of update over weights) a layer, where it is known,
    else of the statistics.
    """
    x = statistics.pixels
    rows = [LayerRow(None, "input, 784 pixels", _spread(x))]
    for number, (layer, word) in enumerate(zip(statistics.layers, health_words(statistics), strict=True)):
        trend = trends[number] if number < len(trends) else ()
        name = f"layer {number} {layer.activation_name}"
        rows.append(LayerRow(number, name, _cells(layer, last_update[number] if last_update else None), word, trend))
        if number in below:
            rows.append(LayerRow(number, layer.arithmetic))
    return [*rows, LayerRow(None, f"{statistics.parameter_count:,} parameters in all")]


def row_count(layers: int, below: Sequence[int]) -> int:
    """How many rows `layer_rows` gives for a network of so many layers."""
    return 2 + layers + len(below)


def share_name(statistics: NetworkStatistics) -> str:
    """What the column of sick units is called in this network."""
    return SHARES[any(layer.activation is not None and layer.activation.limits for layer in statistics.layers)]


def log_text(value: float) -> str:
    """A power of ten as it is read: "−2.6", "–" where there is none, "−Inf" for 0."""
    if math.isnan(value):
        return "–"
    return f"{MINUS}Inf" if value == -math.inf else f"{value:.1f}".replace("-", MINUS)


def _cells(layer: LayerStatistics, last_update: tuple[float, float] | None) -> dict[str, str]:
    sick = layer.saturated if layer.dead is None else layer.dead / layer.fan_out
    return {
        **_spread(layer.a),
        "share": "–" if sick is None else whole_percent(sick),
        "gradient": compact(last_update[0] if last_update else layer.gradient.rms),
        "step": log_text(last_update[1] if last_update else layer.update_ratio),
        "arithmetic": layer.arithmetic,
    }


def _spread(summary: Summary) -> dict[str, str]:
    return {
        "a": f"{compact(summary.mean, 5)} ± {compact(summary.std, 5)}",
        "min": compact(summary.low),
        "max": compact(summary.high),
    }
