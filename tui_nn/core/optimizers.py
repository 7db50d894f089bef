"""What is made of a gradient: each row changes the parameters in place, once a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.core.arrays import Array
from tui_nn.core.config import TrainingConfig
from tui_nn.core.parameters import Parameters

Step = Callable[[Array, Array, tuple[Array, ...], Array, int, TrainingConfig], None]


@dataclass(frozen=True, slots=True)
class OptimizerRule:
    """One row of the table."""

    name: str
    formula: str
    purpose: str
    moments: int
    """Vectors it keeps from step to step, in the layout of the parameters."""
    step: Step
    """(parameters, gradient, moments, scratch, step number from 1, config): moves the parameters. All are (count,)."""


def _sgd(w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, t: TrainingConfig) -> None:
    np.multiply(g, t.learning_rate, out=scratch)
    w -= scratch


def _momentum(w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, t: TrainingConfig) -> None:
    (velocity,) = moments
    velocity *= t.momentum
    velocity += g
    np.multiply(velocity, t.learning_rate, out=scratch)
    w -= scratch


def _adam(w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, t: TrainingConfig) -> None:
    # Kingma & Ba 2015, algorithm 1, with the bias corrections folded into the rate and epsilon (their section 2).
    mean, square = moments
    mean *= t.beta1
    np.multiply(g, 1 - t.beta1, out=scratch)
    mean += scratch
    square *= t.beta2
    np.multiply(g, g, out=scratch)
    scratch *= 1 - t.beta2
    square += scratch
    root = (1 - t.beta2**step) ** 0.5
    np.sqrt(square, out=scratch)
    scratch += t.epsilon * root
    np.divide(mean, scratch, out=scratch)
    scratch *= t.learning_rate * root / (1 - t.beta1**step)
    w -= scratch


OPTIMIZERS = {
    row.name: row
    for row in (
        OptimizerRule("sgd", "w ← w − rate·g", "straight down the gradient of the batch", 0, _sgd),
        OptimizerRule("momentum", "v ← m·v + g, w ← w − rate·v", "keeps speed where gradients agree", 1, _momentum),
        OptimizerRule("adam", "w ← w − rate·m/√v", "a rate of its own for every weight; start with 0.001", 2, _adam),
    )
}


class Optimizer:
    """A rule with the vectors that it keeps."""

    def __init__(self, rule: str, like: Array) -> None:
        """Start the rule of this name with moments of 0 for parameters like `like`, shape (count,)."""
        self.rule = OPTIMIZERS[rule]
        self.moments = tuple(np.zeros_like(like) for _ in range(self.rule.moments))
        self.steps = 0
        self._scratch = np.zeros_like(like)

    def step(self, vector: Array, gradient: Array, training: TrainingConfig) -> None:
        """Move `vector` in place, one update on from `gradient`; both (count,)."""
        self.steps += 1
        self.rule.step(vector, gradient, self.moments, self._scratch, self.steps, training)

    def last_update(self, like: Parameters) -> Parameters:
        """What the last step took off the parameters, in their layout; it is overwritten by the next step."""
        return Parameters(like.sizes, like.biases[0] is not None, self._scratch)
