"""How much a network's answers suffer when the digits are changed: accuracy over noise, rotation and shift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui_nn.core.metrics import accuracy
from tui_nn.core.network import MLP
from tui_nn.core.transforms import Transformation
from tui_nn.data.dataset import Split

EXAMPLES = 2000
"""Test digits that are asked, at most: 1 in 2,000 is finer than a curve shows, and all 10,000 would take five times as long."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One curve: a change, and how much of it."""

    name: str
    unit: str
    """What the levels are in."""
    levels: tuple[float, ...]
    at: Callable[[float], Transformation]


SWEEPS = (
    Sweep("noise", "std, in shares of full ink", tuple(k / 10 for k in range(11)), lambda s: Transformation(noise=s)),
    Sweep("rotation", "degrees to the left", tuple(range(-90, 91, 15)), lambda d: Transformation(degrees=int(d))),
    Sweep("shift", "pixels to the right", tuple(range(-8, 9, 2)), lambda p: Transformation(right=int(p))),
)


def measure(mlp: MLP, test: Split, sweeps: tuple[Sweep, ...] = SWEEPS) -> Iterator[tuple[Sweep, float, float]]:
    """The points (sweep, level, accuracy) one after the other, on the first `EXAMPLES` test digits.

    Whoever draws them holds the pace, and stops by asking for no more.
    """
    split = test.first(EXAMPLES)
    for sweep in sweeps:
        for level in sweep.levels:
            answers = mlp.evaluate(sweep.at(level).apply(split.images), split.labels)
            yield sweep, level, accuracy(answers.predicted, split.labels)
