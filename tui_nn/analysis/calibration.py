"""Calibration: a comparison of a network's confidence with its accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import Array, Labels, frozen

BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Predictions sorted into bins by their confidence, the output of the predicted class. The arrays are read-only.

    Bin m of M contains the predictions with a confidence above m / M and up to (m + 1) / M. Sigmoid outputs can be
    sorted in the same way. But they are not probabilities, and the loss does not train them to match the accuracy.
    """

    counts: NDArray[np.int64]
    """The number of predictions in each bin, shape (M,)."""
    accuracy: NDArray[np.float64]
    """The share of correct predictions in each bin, shape (M,); NaN in an empty bin."""
    confidence: NDArray[np.float64]
    """The mean confidence in each bin, shape (M,); NaN in an empty bin."""
    unanswered: int
    """The number of examples whose outputs are NaN or infinite. No bin contains these examples."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.counts, self.accuracy, self.confidence):
            frozen(array)

    @property
    def gaps(self) -> NDArray[np.float64]:
        """The mean confidence minus the accuracy of each bin, shape (M,).

        This difference is above 0 if the network is too confident, and NaN in an empty bin.
        """
        return self.confidence - self.accuracy

    @property
    def error(self) -> float:
        """The expected calibration error, Σ count / n · |accuracy − confidence|, 0 to 1; NaN without examples.

        Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017, eq. 3.
        """
        total = int(self.counts.sum())
        return float(np.nansum(self.counts * np.abs(self.gaps)) / total) if total else float("nan")

    @property
    def bias(self) -> float:
        """The mean confidence minus the accuracy over all bins.

        This difference is above 0 if the network is too confident, and NaN without examples.
        """
        total = int(self.counts.sum())
        return float(np.nansum(self.counts * self.gaps) / total) if total else float("nan")


def calibrate(outputs: Array, labels: Labels, bins: int = BINS) -> Calibration:
    """Return the calibration of n predictions, sorted into bins by their confidence: `outputs` (n, k), `labels` (n,)."""
    finite = np.isfinite(outputs).all(axis=1)
    answers = outputs[finite]
    predicted = answers.argmax(axis=1)
    sure = answers[np.arange(len(answers)), predicted].astype(np.float64)
    place = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins).astype(np.int64)
    right = np.bincount(place, weights=predicted == labels[finite], minlength=bins)
    with np.errstate(invalid="ignore"):
        accuracy, confidence = right / counts, np.bincount(place, weights=sure, minlength=bins) / counts
    return Calibration(counts, accuracy, confidence, int(len(outputs) - np.count_nonzero(finite)))


def softmax_at(z: Array, temperature: float) -> Array:
    """Return the probabilities softmax(z / T) for the logits z (k,). The temperature T is above 0; a higher one makes the
    probabilities more equal.

    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015, equation 1.
    """
    scaled = (z.astype(np.float64) / temperature)[None]
    softened = np.empty_like(scaled)
    LOSSES["softmax_cross_entropy"].outputs(scaled, softened)
    found: Array = softened[0]
    return found
