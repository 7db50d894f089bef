"""The init card: sentences that judge the start weights of a network and say what to expect."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.render.layer_sentences import FINE, Sentence, update_in_words, whole_percent
from tui_nn.render.numbers import compact, loss_text

_CLOSE = 1.25
"""A start loss is good if it is at most this multiple of the loss of a guess."""
_EVEN = 10.0
"""The spread of z is even if the largest spread of a layer is at most this multiple of the smallest."""
_UNEVEN = 100.0
"""The gradient vanishes or explodes if it differs by more than this factor between the first and the last layer."""


@dataclass(frozen=True, slots=True)
class StartFacts:
    """The measurements of a run before its first update."""

    statistics: NetworkStatistics
    """Statistics of the start weights on the probe batch."""
    loss: float
    """The loss on the test data."""
    chance: float
    """The loss of a guess."""
    classes: int
    probabilities: bool
    """True if the outputs are probabilities. The loss of a guess is then ln(classes)."""
    wrong: str = ""
    """The first problem that the hint rules found; "" if there is none."""
    now: float | None = None
    """The loss on the test data at the epoch on the screen; None if the screen shows epoch 0."""


def init_sentences(start: StartFacts) -> list[Sentence]:
    """Return sentences about the loss, the spread of z, the gradient, the units and the first update, and a forecast."""
    return [
        ("loss", _loss(start)),
        ("spread", _spread(start.statistics)),
        ("gradient", _gradient(start.statistics)),
        *([("units", units)] if (units := _units(start.statistics)) else []),
        ("step", _step(start.statistics)),
        ("expect", _expect(start)),
    ]


def _loss(start: StartFacts) -> str:
    guess = f"ln {start.classes} = {loss_text(start.chance)}" if start.probabilities else loss_text(start.chance)
    said = f"A guess would have a loss of {guess}; this network has a loss of {loss_text(start.loss)}"
    if not math.isfinite(start.loss):
        return f"{said}: not finite."
    close = start.loss <= _CLOSE * start.chance
    return f"{said}: fine." if close else f"{said}: its first predictions are confident and wrong."


def _spread(statistics: NetworkStatistics) -> str:
    stds = [layer.z.std for layer in statistics.layers]
    shown = ", ".join(map(compact, stds))
    low, high = min(stds), max(stds)
    said = f"The standard deviation of z, layer by layer, is {shown}"
    if not math.isfinite(high):
        return f"{said}: not finite."
    if not low > 0:
        return f"{said}, so all examples look alike."
    if high > 10:
        return f"{said}, which makes extreme outputs."
    return f"{said}: {'even' if high <= _EVEN * low else 'uneven'}."


def _gradient(statistics: NetworkStatistics) -> str:
    first, last = statistics.layers[0].gradient.rms, statistics.layers[-1].gradient.rms
    if len(statistics.layers) == 1:
        return f"The typical gradient (RMS) of a weight is {compact(first)}."
    said = (
        f"The typical gradient (RMS) of a weight is {compact(first)} in layer 0 and {compact(last)} in the last layer"
    )
    if not (first > 0 and last > 0):
        return f"{said}, so the layers cannot be compared."
    ratio = first / last
    if not math.isfinite(ratio):
        return f"{said}: not finite."
    if ratio < 1 / _UNEVEN:
        return f"{said}. Layer 0 has 1/{1 / ratio:,.0f} of the last layer's gradient, so the gradient vanishes."
    return (
        f"{said}. Layer 0 has {ratio:,.0f} times the last layer's gradient, so the gradient explodes."
        if ratio > _UNEVEN
        else f"{said}: fine."
    )


def _units(statistics: NetworkStatistics) -> str:
    hidden = statistics.layers[:-1]
    dead = [layer.dead / layer.fan_out for layer in hidden if layer.dead is not None]
    saturated = [layer.saturated for layer in hidden if layer.saturated is not None]
    said = []
    if dead:
        said.append(f"{', '.join(map(whole_percent, dead))} of the units are dead")
    if saturated:
        said.append(f"{', '.join(map(whole_percent, saturated))} of the outputs are saturated")
    if not said:
        return ""
    well = max([*dead, *saturated]) < 0.2
    return f"Layer by layer, {' and '.join(said)}: {'fine' if well else 'these units learn little or nothing'}."


def _step(statistics: NetworkStatistics) -> str:
    ratios = [layer.update_ratio for layer in statistics.layers]
    shown = ", ".join(map(update_in_words, ratios))
    largest = max(ratios)
    verdict = "too far" if largest > FINE[1] else "too little" if largest < FINE[0] else "fine"
    return f"Layer by layer, the first update would change the weights by {shown} of their size: {verdict}."


def _expect(start: StartFacts) -> str:
    if start.now is not None:
        return f"The loss went from {loss_text(start.loss)} to {loss_text(start.now)}."
    if start.wrong:
        return f"The network has a problem: {start.wrong}. Press w to read why, F to fix it."
    largest = max(layer.update_ratio for layer in start.statistics.layers)
    if largest > FINE[1]:
        return "The first updates are so long that the loss may rise."
    if largest < FINE[0]:
        return "The first updates are so short that the loss will hardly change."
    return f"The loss should fall from {loss_text(start.loss)} in the first batches."
