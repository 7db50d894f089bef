"""What a network is before its first epoch, in sentences with their verdicts: whether it starts well, and what to expect."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.render.numbers import compact, loss_text
from tui_nn.render.sentences import Sentence, update_in_words, whole_percent

_CLOSE = 1.25
"""Times the loss of guessing, up to which a first loss is close to it."""
_EVEN = 10.0
"""Times, up to which what differs from layer to layer is even."""
_UNEVEN = 100.0
_FAR = -0.5
"""log10 of update over weights, above which a first step goes far."""
_SHORT = -4.5


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a run before its first update."""

    statistics: NetworkStatistics
    """Of the start weights on the probe batch."""
    loss: float
    """On the test digits."""
    chance: float
    """What guessing costs."""
    classes: int
    probabilities: bool
    """Whether the loss is a cross-entropy."""
    wrong: str = ""
    """The first hint about it, or ""."""
    now: float | None = None
    """The loss on the test digits at the epoch that is shown, if that is a later one."""


def init_sentences(start: Beginning) -> list[Sentence]:
    """A term and a sentence each: loss, spread, gradient, units, first step, and what to expect."""
    return [
        ("loss", _loss(start)),
        ("spread", _spread(start.statistics)),
        ("gradient", _gradient(start.statistics)),
        *([("units", units)] if (units := _units(start.statistics)) else []),
        ("step", _step(start.statistics)),
        ("expect", _expect(start)),
    ]


def _loss(start: Beginning) -> str:
    guess = f"ln {start.classes} = {loss_text(start.chance)}" if start.probabilities else loss_text(start.chance)
    said = f"Expected {guess}, what guessing costs; measured {loss_text(start.loss)}"
    if not math.isfinite(start.loss):
        return f"{said}: not a number."
    close = start.loss <= _CLOSE * start.chance
    return f"{said}: fine." if close else f"{said}: it begins sure of wrong answers."


def _spread(statistics: NetworkStatistics) -> str:
    stds = [layer.z.std for layer in statistics.layers]
    shown = ", ".join(map(compact, stds))
    low, high = min(stds), max(stds)
    if not math.isfinite(high):
        return f"std of z, layer by layer: {shown}: not finite."
    if not low > 0:
        return f"std of z, layer by layer: {shown}: nothing tells digits apart."
    if high > 10:
        return f"std of z, layer by layer: {shown}: large; outputs are extreme."
    return f"std of z, layer by layer: {shown}: {'even' if high <= _EVEN * low else 'uneven'}."


def _gradient(statistics: NetworkStatistics) -> str:
    first, last = statistics.layers[0].gradient.rms, statistics.layers[-1].gradient.rms
    if len(statistics.layers) == 1:
        return f"RMS, per weight: {compact(first)}."
    said = f"RMS, per weight: {compact(first)} in layer 0, {compact(last)} in the last"
    if not (first > 0 and last > 0):
        return f"{said}: nothing to go by."
    ratio = first / last
    if not math.isfinite(ratio):
        return f"{said}: not finite."
    if ratio < 1 / _UNEVEN:
        return f"{said}, 1/{1 / ratio:,.0f} of it: it vanishes."
    return f"{said}, {ratio:,.0f} times: it grows." if ratio > _UNEVEN else f"{said}: fine."


def _units(statistics: NetworkStatistics) -> str:
    hidden = statistics.layers[:-1]
    dead = [layer.dead / layer.fan_out for layer in hidden if layer.dead is not None]
    saturated = [layer.saturated for layer in hidden if layer.saturated is not None]
    said = []
    if dead:
        said.append(f"dead {', '.join(map(whole_percent, dead))}")
    if saturated:
        said.append(f"saturated {', '.join(map(whole_percent, saturated))}")
    if not said:
        return ""
    well = max([*dead, *saturated]) < 0.2
    return f"{' and '.join(said)} by layer: {'fine' if well else 'these learn little or nothing'}."


def _step(statistics: NetworkStatistics) -> str:
    ratios = [layer.update_ratio for layer in statistics.layers]
    shown = ", ".join(map(update_in_words, ratios))
    largest = max(ratios)
    verdict = "far" if largest > _FAR else "hardly" if largest < _SHORT else "fine"
    return f"The first would move the weights by {shown} of their size: {verdict}."


def _expect(start: Beginning) -> str:
    if start.now is not None:
        return f"It has come from {loss_text(start.loss)} to {loss_text(start.now)}."
    if start.wrong:
        return f"Trouble: {start.wrong}. w says why, F helps."
    return f"The loss falls from {loss_text(start.loss)} with the first batches."
