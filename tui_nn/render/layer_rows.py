"""The layer table as rows of text. The screen chooses the columns and colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tui_nn.analysis.health import health_words
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.render.layer_sentences import whole_percent
from tui_nn.render.numbers import MINUS, compact

Trend = Sequence[float]
"""The values of one statistic of a layer, one for each epoch; NaN where it is unknown."""

SHARES = ("dead", "satur.")
"""The titles that the column of dead or saturated units can have.

It is "dead" for activation functions with which units can die, and "satur." for those with limits.
"""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One row of the layer table: its texts, and a figure for each epoch."""

    layer: int | None
    """The number of the layer; None for the rows of the input and of the parameter count."""
    head: str
    """The text at the left of the row: the name of the layer, or in its second row the calculation of its parameter count."""
    cells: dict[str, str] = field(default_factory=dict)
    """The texts of the other columns, by the name of the column."""
    health: str = ""
    trend: Trend = ()
    """The gradient RMS of the layer in the last update of each epoch."""

    @property
    def is_name(self) -> bool:
        """True if this is the first row of a layer or of the input."""
        return bool(self.cells)


def layer_rows(
    statistics: NetworkStatistics,
    trends: Sequence[Trend],
    below: Sequence[int],
    last_update: Sequence[tuple[float, float]] = (),
) -> list[LayerRow]:
    """Return rows for the input, for each layer, and for the number of parameters.

    Args:
        statistics: the statistics of all layers.
        trends: the gradient RMS of each layer over the epochs.
        below: the layers that have a second row, with the calculation of their parameter count.
        last_update: (gradient RMS, log10(update / weights)) of each layer in the last update. If it is empty, both come
            from `statistics`.
    """
    x = statistics.pixels
    rows = [LayerRow(None, f"input, {statistics.layers[0].fan_in} pixels", _spread(x))]
    for number, (layer, word) in enumerate(zip(statistics.layers, health_words(statistics), strict=True)):
        trend = trends[number] if number < len(trends) else ()
        name = f"layer {number} {layer.activation_name}"
        rows.append(LayerRow(number, name, _cells(layer, last_update[number] if last_update else None), word, trend))
        if number in below:
            rows.append(LayerRow(number, layer.arithmetic))
    return [*rows, LayerRow(None, f"{statistics.parameter_count:,} parameters in all")]


def row_count(layers: int, below: Sequence[int]) -> int:
    """Return the number of rows that `layer_rows` returns for a network with this number of layers."""
    return 2 + layers + len(below)


def share_name(statistics: NetworkStatistics) -> str:
    """Return the title of the column of dead or saturated units in this network: "dead" or "satur."."""
    return SHARES[any(layer.activation is not None and layer.activation.limits for layer in statistics.layers)]


def log_text(value: float) -> str:
    """Return a logarithm as text, such as "−2.6"; "–" if it is unknown, and "−Inf" for the logarithm of 0."""
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
