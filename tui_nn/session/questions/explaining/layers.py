"""Explanations of the numbers of one layer: spread, dead units, gradient and update."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.session.questions.explaining.explanation import Explanation, exact, share_formula, short
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.run.snapshot import Snapshot


def mean_of(summary: Summary, symbol: str, name: str) -> Explanation:
    """Explain the mean of some values and how far they spread."""
    count = summary.values.size
    formula = (
        f"mean = Σ {symbol} / {count:,} = {short(summary.mean * count)} / {count:,} = {short(summary.mean)}; "
        f"std = √(Σ ({symbol} − mean)² / {count:,}) = {short(summary.std)}"
    )
    return Explanation(name, f"{exact(summary.mean)} ± {exact(summary.std)}", "standard deviation", formula)


def rms_of(summary: Summary, symbol: str, name: str) -> Explanation:
    """Explain how large the values of `summary` typically are: their RMS."""
    return _rms(summary.rms, summary.values.size, symbol, name)


def _rms(rms: float, count: int, symbol: str, name: str) -> Explanation:
    formula = f"√(Σ {symbol}² / n) = √({short(rms**2 * count)} / {count:,}) = {short(rms)}"
    return Explanation(name, exact(rms), "RMS", formula)


def gradient_of(look: LayersLook, layer: int) -> Explanation:
    """Explain the gradient RMS of a layer, in the last update of the epoch or for the examples that are shown."""
    statistics = look.statistics.layers[layer]
    value = look.last_update[layer][0] if look.last_update else statistics.gradient.rms
    where = f"the last update of epoch {look.epoch:,}" if look.last_update else "the examples shown"
    found = _rms(value, statistics.weights.values.size, "gradient", f"gradient of one weight of layer {layer}")
    return Explanation(
        found.name,
        found.value,
        "RMS",
        found.formula,
        f"The value is the RMS of the gradients of all weights of the layer, in {where}.",
    )


def update_ratio(look: LayersLook, layer: int) -> Explanation:
    """Explain the size of an update relative to the weights."""
    statistics = look.statistics.layers[layer]
    name = f"update of layer {layer} relative to its weights"
    if look.last_update:
        value = look.last_update[layer][1]
        formula = f"log10(‖ΔW‖ / ‖W‖) = log10 {short(10.0**value)} = {short(value)}"
        return Explanation(
            name, exact(value), "update ratio", formula, f"ΔW is the change in the last update of epoch {look.epoch:,}."
        )
    if statistics.update is None:
        return Explanation(name, "–", "update ratio", about="No update was computed for the examples shown.")
    root = math.sqrt(statistics.weights.values.size)
    step, size = statistics.update.rms * root, statistics.weights.rms * root
    value = statistics.update_ratio
    formula = f"log10(‖ΔW‖ / ‖W‖) = log10({short(step)} / {short(size)}) = {short(value)}"
    return Explanation(name, exact(value), "update ratio", formula)


def sick_share(look: LayersLook, layer: int) -> Explanation:
    """Explain the share of dead units, or of saturated activations, of a layer."""
    statistics, examples = look.statistics.layers[layer], look.statistics.statistics_examples
    if statistics.dead is not None:
        formula = share_formula(statistics.dead, statistics.fan_out, "units with a = 0 for every example / units")
        about = f"The dead units were counted on {examples:,} examples."
        return Explanation(f"dead units of layer {layer}", exact(statistics.dead), "dead unit", formula, about)
    if statistics.saturated is not None:
        count = examples * statistics.fan_out
        formula = share_formula(round(statistics.saturated * count), count, "activations near a limit / activations")
        return Explanation(
            f"saturated activations of layer {layer}", exact(statistics.saturated), "saturated unit", formula
        )
    term = "dead unit" if statistics.activation is not None else "output"
    return Explanation(f"dead units of layer {layer}", "–", term, about="The units of this layer cannot die.")


def health(look: LayersLook, layer: int, word: str) -> Explanation:
    """Explain the word about the state of a layer."""
    terms = {"dead": "dead unit", "saturated": "saturated unit", "vanishing": "vanishing gradient", "NaN": "NaN"}
    term = terms.get(word.split()[0], "exploding gradient" if word in ("exploding", "huge step") else "gradient")
    gradient, share = gradient_of(look, layer), sick_share(look, layer)
    formula = f"gradient RMS {gradient.value}"
    if share.formula:
        formula += f"; {share.name}: {share.formula}"
    return Explanation(f"health of layer {layer}", word, term, formula)


def parameters_of(layer: LayerStatistics, number: int) -> Explanation:
    """Explain the number of parameters of a layer."""
    name = f"parameters of layer {number}"
    return Explanation(name, exact(layer.parameter_count), "parameter", f"inputs × units + biases: {layer.arithmetic}")


def zeros_of(summary: Summary, name: str) -> Explanation:
    """Explain the share of exact zeros."""
    count = summary.values.size
    formula = share_formula(int(np.count_nonzero(summary.values == 0)), count, "values that are 0 / values")
    return Explanation(name, exact(summary.zeros), "activation", formula)


def all_parameters(statistics: NetworkStatistics) -> Explanation:
    """Explain the number of parameters of the whole network."""
    parts = [f"{layer.parameter_count:,}" for layer in statistics.layers]
    total = f"{statistics.parameter_count:,}"
    return Explanation(
        "parameters of the network", total, "parameter", f"sum over the layers: {' + '.join(parts)} = {total}"
    )


def extreme(summary: Summary, which: str, name: str) -> Explanation:
    """Explain the smallest ("min") or the largest ("max") of some values."""
    value = summary.low if which == "min" else summary.high
    formula = f"{which} of {summary.values.size:,} values = {short(value)}"
    return Explanation(f"{which} of the {name}", exact(value), "activation", formula)


_PARTS = {
    "z": ("z", "z of layer {}", "z"),
    "a": ("a", "activations of layer {}", "activation"),
    "weights": ("w", "weights of layer {}", "weight"),
    "gradient": ("g", "gradient of layer {}", "gradient"),
    "update": ("Δw", "next update of layer {}", "update"),
}


def part_of(look: LayersLook, layer: int, part: str) -> Explanation:
    """Explain the numbers that the caption of a histogram gives. `part` is "z", "a", "weights", "gradient" or "update"."""
    statistics = look.statistics.layers[layer]
    symbol, name, _ = _PARTS[part]
    name = name.format(layer)
    summary = getattr(statistics, part)
    if summary is None:
        return Explanation(name, "–", "standard deviation", about="This value was not computed for the examples shown.")
    if part in ("gradient", "update"):
        found = rms_of(summary, symbol, f"RMS of the {name}")
    elif part == "a" and summary.zeros:
        found = zeros_of(summary, f"share of zeros in the {name}")
    else:
        found = mean_of(summary, symbol, f"mean ± std of the {name}")
    start = getattr(look.start.layers[layer], part) if look.start else None
    about = ""
    if start is not None:
        before = (
            start.rms if part in ("gradient", "update") else start.zeros if part == "a" and summary.zeros else start.std
        )
        about = f"With the start weights, this value was {short(before)}."
    return replace(found, about=about)


def record_of(snapshot: Snapshot, layer: int, figure: str) -> Explanation:
    """Explain one figure of a layer after the epoch on the screen: "gradient_rms", "update", "a_std" or "share"."""
    record, when = snapshot.record.layers[layer], f"after epoch {snapshot.epoch:,}"
    sizes, tests = snapshot.network.sizes, len(snapshot.evaluation.losses)
    weights = sizes[layer] * sizes[layer + 1]
    match figure:
        case "gradient_rms":
            return _rms(record.gradient_rms, weights, "gradient", f"gradient of one weight of layer {layer} {when}")
        case "update":
            ratio = 10.0**record.update_ratio
            formula = f"‖ΔW‖ / ‖W‖ = {short(ratio)}; log10 of it = {short(record.update_ratio)}"
            return Explanation(f"update of layer {layer} {when}", exact(ratio), "update ratio", formula)
        case "a_std":
            count = tests * sizes[layer + 1]
            formula = f"√(Σ (a − mean)² / n) = √({short(record.a_std**2 * count)} / {count:,}) = {short(record.a_std)}"
            return Explanation(
                f"std of the activations of layer {layer} {when}", exact(record.a_std), "standard deviation", formula
            )
    if math.isnan(record.dead):
        count = tests * sizes[layer + 1]
        if math.isnan(record.saturated):
            return Explanation(
                f"saturated activations of layer {layer}",
                "–",
                "saturated unit",
                about="The activation function of this layer has no limits.",
            )
        formula = share_formula(round(record.saturated * count), count, "activations near a limit / activations")
        return Explanation(
            f"saturated activations of layer {layer} {when}", exact(record.saturated), "saturated unit", formula
        )
    units = sizes[layer + 1]
    formula = share_formula(round(record.dead * units), units, "units with a = 0 for every example / units")
    return Explanation(f"share of dead units in layer {layer} {when}", exact(record.dead), "dead unit", formula)
