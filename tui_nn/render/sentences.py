"""A layer in words: what its columns of numbers mean is learnt by reading one row of them as sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.analysis.statistics import SICK_SATURATED, LayerStatistics, NetworkStatistics
from tui_nn.core.activations import Activation
from tui_nn.render.numbers import MINUS, compact

Sentence = tuple[str, str]
"""A term, and what it is in this layer."""

FINE = (-4.5, -1.0)
"""log10 of update over weights, from where to where nothing is said against it."""
STEP = 0.01
"""How far a weight is said to be moved: so little that the slope tells what it does to the loss."""


def layer_sentences(
    statistics: NetworkStatistics, number: int, last_update: Sequence[tuple[float, float]] = ()
) -> list[Sentence]:
    """Two to five sentences about one layer, the most telling first; each fits two lines of 34 characters.

    Gradient and step are those of `last_update`, (gradient RMS, log10 of update over weights) a layer, where it is known,
    else of the statistics.
    """
    layer, one = statistics.layers[number], statistics.examples == 1
    if layer.health == "NaN":
        return [("NaN", "Not all of its numbers are finite.")]
    if layer.activation is None:
        sentences = _output(layer, one)
    else:
        sentences = [
            ("a", _mean(layer, statistics.examples)),
            *_hidden(layer, layer.activation, one, statistics.judged),
        ]
    if last_update:
        size, ratio = last_update[number]
        slope = f"moving a weight by {STEP} moves the batch's loss by about {in_words(STEP * size)}."
        gradient = [("gradient", f"RMS slope: {slope}" if size else "0 for every weight in the last batch.")]
        step = [("u:w", _step(ratio, "The last update moved"))]
    else:
        gradient = _gradient(layer, number, one)
        step = [] if one or math.isnan(layer.update_ratio) else [("u:w", _step(layer.update_ratio))]
    return [*sentences[:2], *gradient, *step, *sentences[2:]][:5]


def _mean(layer: LayerStatistics, examples: int) -> str:
    units = "1 unit puts" if layer.fan_out == 1 else f"{layer.fan_out:,} units put"
    over = "for this digit" if examples == 1 else f"over the {examples} digits"
    return f"Its {units} out {in_words(layer.a.mean)} on average {over}."


def _hidden(layer: LayerStatistics, activation: Activation, one: bool, judged: int) -> list[Sentence]:
    """What follows from the activation's row in the table, and holds for any that is added to it."""
    units = layer.fan_out
    z = f"has a mean of {in_words(layer.z.mean)} and a std of {in_words(layer.z.std)}."
    if activation.limits:
        saturated = layer.saturated or 0.0
        flat = ": too flat there to learn" if saturated >= SICK_SATURATED else ", where the slope is small"
        share = f"{whole_percent(saturated)} of the outputs are near a limit{flat}."
        return [("limit", share), ("z", f"What it squeezes, z, {z}")]
    if activation.can_die:
        on = round(np.count_nonzero(layer.a.values) / layer.a.values.size * units)
        if one:
            return [("on", f"{on:,} of {units:,} units are on for this digit; the rest give 0.")]
        about = f"About {on:,} of the {units:,} units are on for a digit; the rest give 0."
        return [("dead", _dead(layer, judged)), ("on", about)]
    remark = [("f", activation.remark)] if activation.remark else []
    return [*remark, ("z", f"Its z {z}")]


def _dead(layer: LayerStatistics, judged: int) -> str:
    units, dead = layer.fan_out, layer.dead
    if not dead:
        return f"Every unit answers at least one of the {judged:,} test digits."
    if dead == units:
        return f"All {units:,} units are 0 for all {judged:,} test digits: nothing gets through."
    gives, them = ("gives", "it") if dead == 1 else ("give", "them")
    return f"{dead:,} of {units:,} {gives} 0 for all {judged:,} test digits: none teaches {them}."


def _output(layer: LayerStatistics, one: bool) -> list[Sentence]:
    outputs = layer.a.values
    kind = "probabilities" if layer.activation_name == "softmax" else "from 0 to 1"
    largest = in_words(float(outputs.max(axis=1).mean()))
    which = f", for a {int(outputs[0].argmax())}" if one else " on average"
    return [
        ("a", f"Its {layer.fan_out} outputs are {kind}. The largest is {largest}{which}."),
        ("z", f"Its logits z run from {in_words(layer.z.low)} to {in_words(layer.z.high)}. The largest wins."),
    ]


def _gradient(layer: LayerStatistics, number: int, one: bool) -> list[Sentence]:
    size, zeros = layer.gradient.rms, layer.gradient.zeros
    if size == 0:
        leaves = "this digit leaves" if one else "these digits leave"
        return [("gradient", f"0 for every weight: {leaves} its weights as they are.")]
    moves, by = f"moves {'this' if one else 'the'} loss", in_words(STEP * size)
    sentences = [("gradient", f"RMS slope: moving a weight by {STEP} {moves} by about {by}.")]
    if one and zeros:
        why = "no ink there, or the unit is off" if number == 0 else "nothing comes in there"
        sentences.append(("zeros", f"It is 0 for {whole_percent(zeros)} of the weights: {why}."))
    return sentences


def _step(log_ratio: float, moved: str = "A step would move") -> str:
    moves = f"{moved} a weight by {update_in_words(log_ratio)} of its size"
    if log_ratio == -math.inf:
        return f"{moved} no weight at all."
    if log_ratio > FINE[1]:
        return f"{moves}: far."
    return f"{moves}: hardly." if log_ratio < FINE[0] else f"{moves}: fine."


def update_in_words(log_ratio: float) -> str:
    """How far a step moves the weights, from log10 of update over weights: "1/392", "0", "×3" from their own size on."""
    if math.isnan(log_ratio):
        return "–"
    if log_ratio == -math.inf:
        return "0"
    ratio = 10**-log_ratio
    if not math.isfinite(ratio) or ratio >= 1e7:
        return f"1/1e{round(-log_ratio)}"
    return f"1/{ratio:,.0f}" if ratio >= 1.5 else f"×{compact(1 / ratio, 5)}"


def in_words(value: float) -> str:
    """A number as a table has it, but without a power of ten where it can be read without: "0.0014"."""
    return f"{value:.2g}".replace("-", MINUS) if 1e-4 <= abs(value) < 0.01 else compact(value)


def whole_percent(share: float) -> str:
    """A share as "43 %"; "0 %" and "100 %" only where it is exactly that, "–" for NaN."""
    if math.isnan(share):
        return "–"
    percent = round(share * 100)
    if percent == 0 and share > 0:
        return "<1 %"
    if percent == 100 and share < 1:
        return ">99 %"
    return f"{percent} %"
