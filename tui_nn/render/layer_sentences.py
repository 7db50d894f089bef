"""Sentences about the statistics of one layer. They explain what the columns of the layer table mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.analysis.statistics import SICK_SATURATED, LayerStatistics, NetworkStatistics
from tui_nn.core.activations import Activation
from tui_nn.render.numbers import MINUS, compact, percent

Sentence = tuple[str, str]
"""A term, and a sentence about its value in this layer."""

FINE = (-4.5, -1.0)
"""The range of log10(update / weights) in which an update has a good size."""
STEP = 0.01
"""The change of a weight in the sentence about the gradient. It is so small that the slope predicts its effect."""


def layer_sentences(
    statistics: NetworkStatistics,
    number: int,
    last_update: Sequence[tuple[float, float]] = (),
    class_names: Sequence[str] = (),
    *,
    epoch: int = 0,
    smoothed: bool = False,
) -> list[Sentence]:
    """Return one to five sentences about a layer, the most important first. Each fits two lines of 34 characters.

    Args:
        statistics: of all layers, on some examples.
        number: the layer.
        last_update: for each layer its gradient RMS and log10 of update over weights in the last update. If it is empty,
            both come from `statistics`.
        class_names: the names of the classes; without them a class is named by its number.
        epoch: the epoch that ended with the last update.
        smoothed: whether `last_update` has the gradient of a loss with smoothed labels.
    """
    layer, one = statistics.layers[number], statistics.examples == 1
    if layer.health == "NaN":
        return [("NaN", "Some numbers of this layer are NaN or infinite.")]
    if layer.activation is None:
        sentences = _output(layer, one, class_names)
    else:
        sentences = [
            ("a", _mean(layer, statistics.examples)),
            *_hidden(layer, layer.activation, one, statistics.statistics_examples),
        ]
    if last_update:
        size, ratio = last_update[number]
        loss = "the smoothed loss" if smoothed else "the batch's loss"
        slope = f"Changing a weight by {STEP} changes {loss} by about {in_words(STEP * size)}."
        gradient = [("gradient", slope if size else "The gradient of every weight was 0 in the last batch.")]
        step = [("u:w", _step(ratio, f"The last update of epoch {epoch:,} changed w"))]
    else:
        gradient = _gradient(layer, number, one)
        step = [] if one or math.isnan(layer.update_ratio) else [("u:w", _step(layer.update_ratio))]
    return [*sentences[:2], *gradient, *step, *sentences[2:]][:5]


def _mean(layer: LayerStatistics, examples: int) -> str:
    units = "1 unit" if layer.fan_out == 1 else f"{layer.fan_out:,} units"
    over = "this example" if examples == 1 else f"{examples:,} examples"
    return f"For {over}, the mean output of the {units} is {in_words(layer.a.mean)}."


def _hidden(layer: LayerStatistics, activation: Activation, one: bool, examples: int) -> list[Sentence]:
    """Return the sentences about a hidden layer. They depend on whether its activation can die or has limits."""
    units = layer.fan_out
    z = f"The z of this layer have a mean of {in_words(layer.z.mean)} and a std of {in_words(layer.z.std)}."
    if activation.limits:
        saturated = layer.saturated or 0.0
        share = whole_percent(saturated)
        small = f"{share} of the outputs are near a limit, where the slope is small."
        flat = f"{share} of the outputs are near a limit, where the slope is about 0."
        return [("limit", flat if saturated >= SICK_SATURATED else small), ("z", z)]
    if activation.can_die:
        on = round(np.count_nonzero(layer.a.values) / layer.a.values.size * units)
        if one:
            return [("on", f"{on:,} of {units:,} units are on for this example; the others output 0.")]
        about = f"On average {on:,} of {units:,} units are on; the others output 0."
        return [("dead", _dead(layer, examples)), ("on", about)]
    layer_note = [("f", activation.layer_note)] if activation.layer_note else []
    return [*layer_note, ("z", z)]


def _dead(layer: LayerStatistics, examples: int) -> str:
    units, dead = layer.fan_out, layer.dead
    if not dead:
        return f"Every unit is on for at least one of the {examples:,} test examples."
    if dead == units:
        return f"All {units:,} units seem dead: they output 0 for {examples:,} test examples."
    return f"{dead:,} of {units:,} units seem dead: they output 0 for {examples:,} test examples."


def _output(layer: LayerStatistics, one: bool, class_names: Sequence[str]) -> list[Sentence]:
    outputs = layer.a.values
    kind = "probabilities" if layer.activation_name == "softmax" else "from 0 to 1"
    largest = in_words(float(outputs.max(axis=1).mean()))
    said = f"The {layer.fan_out} outputs are {kind}. The largest is {largest} on average."
    if one:
        predicted = int(outputs[0].argmax())
        name = class_names[predicted] if class_names else predicted
        said = f"The {layer.fan_out} outputs are {kind}. The largest is {largest}, for class {name}."
    return [
        ("a", said),
        ("z", f"The z go from {in_words(layer.z.low)} to {in_words(layer.z.high)}. The largest z is the prediction."),
    ]


def _gradient(layer: LayerStatistics, number: int, one: bool) -> list[Sentence]:
    size, zeros = layer.gradient.rms, layer.gradient.zeros
    if size == 0:
        change = "this example changes" if one else "these examples change"
        return [("gradient", f"Every weight has gradient 0, so {change} no weight.")]
    loss, by = f"{'this' if one else 'the'} loss", in_words(STEP * size)
    sentences = [("gradient", f"Changing a weight by {STEP} changes {loss} by about {by}.")]
    if one and zeros:
        why = "no ink, or the unit is off" if number == 0 else "their input is 0"
        sentences.append(("zeros", f"{whole_percent(zeros)} of the weights have gradient 0: {why}."))
    return sentences


def _step(log_ratio: float, changed: str = "An update would change a weight") -> str:
    size = update_in_words(log_ratio)
    by = f"{changed} by {size[1:]} times its size" if size[0] == "×" else f"{changed} by {size} of its size"
    if log_ratio == -math.inf:
        return f"{changed} by 0."
    if log_ratio > FINE[1]:
        return f"{by}: too far."
    return f"{by}: too little." if log_ratio < FINE[0] else f"{by}: fine."


def update_in_words(log_ratio: float) -> str:
    """Return the size of an update as a share of the weights, such as "1/392", "0", or "×3" if it is larger than the weights."""
    if math.isnan(log_ratio):
        return "–"
    if log_ratio == -math.inf:
        return "0"
    ratio = 10**-log_ratio
    if not math.isfinite(ratio) or ratio >= 1e7:
        return f"1/1e{round(-log_ratio)}"
    return f"1/{ratio:,.0f}" if ratio >= 1.5 else f"×{compact(1 / ratio, 5)}"


def in_words(value: float) -> str:
    """Return a number as text for a sentence, such as "0.0014". Only a very small number has a power of ten."""
    return f"{value:.2g}".replace("-", MINUS) if 1e-4 <= abs(value) < 0.01 else compact(value)


def whole_percent(share: float) -> str:
    """Return a share in whole percent, such as "43 %". Only exact shares give "0 %" and "100 %"; NaN gives "–"."""
    return percent(share, 0)
