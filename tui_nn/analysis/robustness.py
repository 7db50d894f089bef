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
"""The largest number of test examples. All 10,000 of MNIST would take five times as long and hardly change the curve."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One curve of the accuracy: a kind of change to the pictures, and the strengths of this change."""

    name: str
    levels: tuple[float, ...]
    """The strengths of the change, from left to right."""
    at: Callable[[float], Transformation]
    """A function that returns the change of a given strength."""
    show: Callable[[float], str]
    """A function that returns a strength as text, such as "15° to the left"."""
    tick: Callable[[float], str]
    """A function that returns a strength in at most four characters, for the axis of a chart."""


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
"""The three curves. The strength is a share of full ink for noise, degrees to the left for rotation, and pixels to the right
for shift."""


def measure(mlp: MLP, test: Split, sweeps: tuple[Sweep, ...] = SWEEPS) -> Iterator[tuple[Sweep, float, float]]:
    """Yield (sweep, level, accuracy) for each point of the curves, measured on the first `EXAMPLES` test examples.

    Each point is computed when the caller asks for it, so the caller can stop at any point.
    """
    split = test.first(EXAMPLES)
    for sweep in sweeps:
        for level in sweep.levels:
            answers = evaluate(mlp, sweep.at(level).apply(split.images), split.labels)
            yield sweep, level, accuracy(answers.predicted, split.labels)
