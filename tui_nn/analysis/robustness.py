"""Robustness: the accuracy of a network on pictures with noise, rotation or shift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui_nn.analysis.transforms import Transformation
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import Split

EXAMPLES = 2000
"""The largest number of test examples that are measured.

All 10,000 test examples of MNIST would take five times as long and hardly change the curve.
"""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One kind of change to the pictures, such as noise, and the strengths for which the accuracy is measured."""

    name: str
    levels: tuple[float, ...]
    """The strengths, in the order in which the chart shows them from left to right."""
    at: Callable[[float], Transformation]
    """A function that takes a strength and returns the change of this strength."""
    show: Callable[[float], str]
    """A function that takes a strength and returns it as text, such as "15° to the left"."""
    tick: Callable[[float], str]
    """A function that takes a strength and returns it in at most four characters, for the axis of a chart."""


def _turned(degrees: float) -> str:
    return f"{abs(degrees):.0f}° to the {'left' if degrees > 0 else 'right'}" if degrees else "0°"


def _moved(pixels: float) -> str:
    return f"{abs(pixels):.0f} pixels to the {'right' if pixels > 0 else 'left'}" if pixels else "0 pixels"


def _whole(level: float) -> str:
    return f"{level:.0f}".replace("-", "−")


SWEEPS = (
    Sweep(
        "noise", tuple(k / 10 for k in range(11)), lambda std: Transformation(noise=std),
        lambda std: f"of std {std:.1f}", lambda std: f"{std:.1f}".replace("0.0", "0").replace("1.0", "1"),
    ),
    Sweep("rotation", tuple(range(-90, 91, 15)), lambda d: Transformation(degrees=int(d)), _turned, _whole),
    Sweep("shift", tuple(range(-8, 9, 2)), lambda p: Transformation(right=int(p)), _moved, _whole),
)  # fmt: skip
"""The three kinds of change to pictures. Their strengths are fractions of the largest pixel value (noise), degrees to the left
(rotation) and pixels to the right (shift).
"""


def measure(mlp: MLP, test: Split, sweeps: tuple[Sweep, ...] = SWEEPS) -> Iterator[tuple[Sweep, float, float]]:
    """Yield (sweep, level, accuracy) for each point of the curves, measured on the first `EXAMPLES` test examples.

    Each point is computed when the caller asks for it, so the caller can stop at any point.
    """
    split = test.first(EXAMPLES)
    for sweep in sweeps:
        for level in sweep.levels:
            answers = evaluate(mlp, sweep.at(level).apply(split.images), split.labels)
            yield sweep, level, accuracy(answers.predicted, split.labels)
