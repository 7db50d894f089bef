"""How well every layer of a network is, in a word."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics

EXPLODING_A = 10.0
EXPLODING_GRADIENT = 0.3
"""Root mean square of a hidden layer's activations, or of a mean loss's gradient by a weight, from which it is "exploding":
ten times what healthy networks have."""
HUGE_STEP = 0.0
"""log10 of update over weights: from there on a step is as long as the weights themselves, about −3 is well."""
VANISHING = 0.01
"""Of the largest gradient RMS of all layers: below that a layer's gradient has vanished."""


def health_words(statistics: NetworkStatistics) -> list[str]:
    """A word for each layer: "ok", "dead 43 %", "saturated", "vanishing", "exploding", "huge step", "NaN".

    What is not finite spreads: only where it began says "NaN", the others "–". For a single example the word is left out
    unless it is "NaN": one digit tells nothing of a layer's health.
    """
    words = [layer.health for layer in statistics.layers]
    broken = [number for number, word in enumerate(words) if word == "NaN"]
    if not broken:
        return [_beside(word, layer, statistics) for word, layer in zip(words, statistics.layers, strict=True)]
    forward = [n for n in broken if not np.isfinite((statistics.layers[n].z.mean, statistics.layers[n].a.mean)).all()]
    # Numbers go up through the layers, gradients come down.
    began = forward[0] if forward else broken[-1]
    return ["NaN" if n == began else "–" if n in broken else words[n] for n in range(len(words))]


def _beside(word: str, layer: LayerStatistics, statistics: NetworkStatistics) -> str:
    """The word for a layer among the others."""
    if statistics.examples == 1:
        return ""
    large = layer.activation is not None and layer.a.rms > EXPLODING_A
    if word == "ok" and (large or layer.gradient.rms > EXPLODING_GRADIENT):
        return "exploding"
    if word == "ok" and HUGE_STEP <= layer.update_ratio < np.inf:
        return "huge step"
    largest = max(other.gradient.rms for other in statistics.layers)
    return "vanishing" if word == "ok" and layer.gradient.rms <= VANISHING * largest else word
