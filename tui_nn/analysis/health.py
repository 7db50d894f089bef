"""The health of every layer of a network, described by one word for each layer."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics

EXPLODING_A = 10.0
EXPLODING_GRADIENT = 0.3
"""A hidden layer is "exploding" if the root mean square of its activations is above the first number, and any layer if that of its
gradient is above the second. Both numbers are ten times the values in healthy networks.
"""
HUGE_STEP = 0.0
"""An update is "huge" from this value of log10(update / weights) on. At 0, the update is as long as the weights; about −3 is
healthy.
"""
VANISHING = 0.01
"""A gradient is "vanishing" if its root mean square, divided by the largest one of all layers, is below this number."""


def health_words(statistics: NetworkStatistics) -> list[str]:
    """Return one word for each layer: "ok", "dead 43 %", "saturated", "vanishing", "gradient 0", "exploding", "huge step" or
    "NaN".

    NaN and infinity spread from layer to layer. Only the layer where they began gets the word "NaN", and the other
    layers get "–". For a single example all other words are "", because one example shows nothing about the health of a
    layer.
    """
    words = [layer.health for layer in statistics.layers]
    broken = [number for number, word in enumerate(words) if word == "NaN"]
    if not broken:
        return [_beside(word, layer, statistics) for word, layer in zip(words, statistics.layers, strict=True)]
    forward = [n for n in broken if not np.isfinite((statistics.layers[n].z.mean, statistics.layers[n].a.mean)).all()]
    # If an activation is NaN, it makes all later layers NaN. If a gradient is NaN, it makes all earlier layers NaN.
    began = forward[0] if forward else broken[-1]
    return ["NaN" if n == began else "–" if n in broken else words[n] for n in range(len(words))]


def _beside(word: str, layer: LayerStatistics, statistics: NetworkStatistics) -> str:
    """Return the health word of a layer after a comparison with the other layers. `word` describes the layer by itself."""
    if statistics.examples == 1:
        return ""
    large = layer.activation is not None and layer.a.rms > EXPLODING_A
    if word == "ok" and (large or layer.gradient.rms > EXPLODING_GRADIENT):
        return "exploding"
    if word == "ok" and HUGE_STEP <= layer.update_ratio < np.inf:
        return "huge step"
    if word == "ok" and layer.gradient.rms == 0:
        return "gradient 0"
    largest = max(other.gradient.rms for other in statistics.layers)
    return "vanishing" if word == "ok" and layer.gradient.rms <= VANISHING * largest else word
