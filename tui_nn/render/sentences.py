"""A layer in words: what its columns of numbers mean is learnt by reading one row of them as sentences."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.statistics import SICK_SATURATED, LayerStatistics, NetworkStatistics
from tui_nn.render.numbers import MINUS, compact

Sentence = tuple[str, str]
"""A term, and what it is in this layer."""


def layer_sentences(statistics: NetworkStatistics, number: int) -> list[Sentence]:
    """Two to four sentences about one layer, the most telling first; each fits two lines of 34 characters."""
    layer, one = statistics.layers[number], statistics.examples == 1
    if layer.health == "NaN":
        return [("NaN", "Not all of its numbers are finite: a step was too large.")]
    if number == len(statistics.layers) - 1:
        sentences = _output(layer, one)
    else:
        sentences = [("a", _mean(layer, statistics.examples)), *_hidden(layer, one)]
    gradient = _gradient(layer, number, one)
    return [*sentences[:2], *gradient, *sentences[2:]][:4]


def _mean(layer: LayerStatistics, examples: int) -> str:
    units = "1 unit puts" if layer.fan_out == 1 else f"{layer.fan_out} units put"
    over = "for this digit" if examples == 1 else f"over the {examples} digits"
    return f"Its {units} out {in_words(layer.a.mean)} on average {over}."


def _hidden(layer: LayerStatistics, one: bool) -> list[Sentence]:
    above = np.count_nonzero(layer.z.values > 0) / layer.z.values.size
    units, on = layer.fan_out, round(above * layer.fan_out)
    match layer.activation_name:
        case "relu" if one:
            return [("on", f"{on} of {units} units are on: their z is above 0. The rest give 0.")]
        case "relu":
            about = f"About {on} of the {units} units are on for a digit; the rest give 0."
            return [("dead", _dead(layer)), ("on", about)]
        case "leaky_relu":
            about = "" if one else "About "
            return [
                ("leak", "A z below 0 comes through too, made small: no unit can die."),
                ("on", f"{about}{on} of {units} units have a z above 0{'' if one else ' for a digit'}."),
            ]
        case "identity":
            return [("z", "a = z, no activation: all such layers together are one matrix.")]
    saturated = layer.saturated or 0.0
    flat = ": too flat there to learn" if saturated >= SICK_SATURATED else ", where the slope is small"
    return [
        ("limit", f"{whole_percent(saturated)} of the outputs are near a limit{flat}."),
        ("z", f"What it squeezes, z, has a mean of {in_words(layer.z.mean)} and a std of {in_words(layer.z.std)}."),
    ]


def _dead(layer: LayerStatistics) -> str:
    units = layer.fan_out
    if layer.dead == units:
        return f"All {units} units give 0 for every digit: nothing gets through."
    end = " and can learn no more." if layer.dead else ". Good: all can learn."
    return f"{layer.dead} of {units} units give 0 for every digit{end}"


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
        return [("gradient", "0 for every weight: nothing can be learned here.")]
    moving = "Moving a weight by 1 changes this digit's loss" if one else "Moving one weight by 1 changes the loss"
    sentences = [("gradient", f"{moving} by about {in_words(size)}.")]
    if one and zeros:
        why = "no ink there, or the unit is off" if number == 0 else "nothing comes in there"
        sentences.append(("zeros", f"It is 0 for {whole_percent(zeros)} of the weights: {why}."))
    return sentences


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
