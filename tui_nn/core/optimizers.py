"""What is made of a gradient: each row changes the parameters in place, once a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.fast.workers import side_by_side, worker_count
from tui_nn.core.parameters import Array, Parameters

_WORTH_PARTING = 200_000
"""Parameters from which two threads move them sooner than one, the time they wait for each other included."""

Step = Callable[[Array, Array, tuple[Array, ...], Array, int, float, TrainingConfig], None]


@dataclass(frozen=True, slots=True)
class OptimizerRule:
    """One row of the table."""

    name: str
    formula: str
    purpose: str
    moments: int
    """Vectors it keeps from step to step, in the layout of the parameters."""
    step: Step
    """(parameters, gradient, moments, scratch, step number from 1, rate, config): moves the parameters. All are
    (count,)."""
    uses: tuple[str, ...] = ()
    """The settings that it goes by, beside the learning rate."""
    decay: bool = False
    """Whether l2 shrinks the weights themselves, and is not added to their gradient."""
    in_full: str = ""
    """The formula with nothing left out; g is the gradient, every other letter begins at 0."""
    numpy: str = ""
    """The rule as a line of NumPy, for the microscope; "": it shows `formula`."""
    source: str = ""
    """Where it comes from: who first wrote of it, or whose form this is."""

    @property
    def adaptive(self) -> bool:
        """Whether a gradient is divided by its own size: then a step is about as long as the rate."""
        return "epsilon" in self.uses

    @property
    def has_momentum(self) -> bool:
        """Whether a step goes on the way of earlier ones, even where the gradient is 0."""
        return "momentum" in self.uses or "beta1" in self.uses


def _sgd(
    w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, rate: float, t: TrainingConfig
) -> None:
    np.multiply(g, rate, out=scratch)
    w -= scratch


def _momentum(
    w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, rate: float, t: TrainingConfig
) -> None:
    (velocity,) = moments
    velocity *= t.momentum
    velocity += g
    np.multiply(velocity, rate, out=scratch)
    w -= scratch


def _nesterov(
    w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, rate: float, t: TrainingConfig
) -> None:
    (velocity,) = moments
    velocity *= t.momentum
    velocity += g
    np.multiply(velocity, t.momentum, out=scratch)
    scratch += g
    scratch *= rate
    w -= scratch


def _rmsprop(
    w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, rate: float, t: TrainingConfig
) -> None:
    (square,) = moments
    square *= t.beta2
    np.multiply(g, g, out=scratch)
    scratch *= 1 - t.beta2
    square += scratch
    np.sqrt(square, out=scratch)
    scratch += t.epsilon
    np.divide(g, scratch, out=scratch)
    scratch *= rate
    w -= scratch


def _adam(
    w: Array, g: Array, moments: tuple[Array, ...], scratch: Array, step: int, rate: float, t: TrainingConfig
) -> None:
    # The bias corrections are folded into the rate and epsilon (Kingma & Ba, end of section 2): fewer whole vectors.
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
    scratch *= rate * root / (1 - t.beta1**step)
    w -= scratch


_ADAM = ("beta1", "beta2", "epsilon")

OPTIMIZERS = {
    row.name: row
    for row in (
        OptimizerRule(
            "sgd", "w ← w − rate·g", "one step straight down the gradient of the batch", 0, _sgd,
            in_full="w ← w − rate·g", numpy="w -= rate * g", source="Robbins & Monro 1951",
        ),
        OptimizerRule(
            "momentum", "v ← m·v + g, w ← w − rate·v", "speeds up while gradients point the same way", 1, _momentum,
            uses=("momentum",), in_full="v ← m·v + g; w ← w − rate·v",
            numpy="v *= momentum; v += g; w -= rate * v", source="Polyak 1964",
        ),
        OptimizerRule(
            "nesterov", "v ← m·v + g, w ← w − rate·(g + m·v)", "momentum that looks one step ahead", 1, _nesterov,
            uses=("momentum",), in_full="v ← m·v + g; w ← w − rate·(g + m·v)",
            numpy="v *= momentum; v += g; w -= rate * (g + momentum * v)",
            source="Nesterov 1983; Sutskever et al. 2013, rewritten so that w is the point where the gradient is taken",
        ),
        OptimizerRule(
            "rmsprop", "w ← w − rate·g/√v", "gives each weight its own rate; try a rate of 0.001 first", 1, _rmsprop,
            uses=("beta2", "epsilon"), in_full="v ← β2·v + (1 − β2)·g²; w ← w − rate·g / (√v + ε)",
            numpy="v = beta2 * v + (1 - beta2) * g**2; w -= rate * g / (np.sqrt(v) + eps)",
            source="Tieleman & Hinton 2012, lecture 6.5, with β2 = 0.9",
        ),
        OptimizerRule(
            "adam", "w ← w − rate·m/√v", "rmsprop with momentum; try a rate of 0.001 first", 2, _adam, uses=_ADAM,
            in_full="m ← β1·m + (1 − β1)·g; v ← β2·v + (1 − β2)·g²; "
            "w ← w − rate·m̂ / (√v̂ + ε) with m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t) at step t",
            numpy="w -= rate * m / (np.sqrt(v) + eps)   # m, v: means of g and g**2, over 1 - beta**t",
            source="Kingma & Ba 2015, algorithm 1",
        ),
        OptimizerRule(
            "adamw", "w ← w − rate·(m/√v + l2·w)", "like adam, but l2 shrinks all weights alike", 2, _adam,
            uses=_ADAM, decay=True, in_full="w ← (1 − rate·l2)·w, then as adam",
            numpy="w *= 1 - rate * l2; w -= rate * m / (np.sqrt(v) + eps)   # m, v: as in adam",
            source="Loshchilov & Hutter 2019, algorithm 2",
        ),
    )
}  # fmt: skip


class Optimizer:
    """A rule with the vectors that it keeps."""

    def __init__(self, rule: str, like: Array) -> None:
        """Start the rule of this name with moments of 0 for parameters like `like`, shape (count,)."""
        self.rule = OPTIMIZERS[rule]
        self.moments = tuple(np.zeros_like(like) for _ in range(self.rule.moments))
        self.steps = 0
        self.has_moved = False
        """Whether `last_update` knows the last step: not before the first, nor after its owner went elsewhere."""
        self._scratch = np.zeros_like(like)

    def step(self, vector: Array, gradient: Array, training: TrainingConfig, rate: float | None = None) -> None:
        """Move `vector` in place, one update on from `gradient`; both (count,). None: at the config's learning rate."""
        self.steps += 1
        self.has_moved = True
        rate = training.learning_rate if rate is None else rate
        if vector.size < _WORTH_PARTING:
            self.rule.step(vector, gradient, self.moments, self._scratch, self.steps, rate, training)
            return

        def move(part: slice) -> None:
            moments = tuple(moment[part] for moment in self.moments)
            self.rule.step(vector[part], gradient[part], moments, self._scratch[part], self.steps, rate, training)

        # Every rule goes number by number, so parts of the vector can be moved side by side.
        length = -(-vector.size // worker_count())
        side_by_side([partial(move, slice(start, start + length)) for start in range(0, vector.size, length)])

    def last_update(self, like: Parameters) -> Parameters:
        """What the last step took off the parameters, in their layout; it is overwritten by the next step."""
        return Parameters(like.sizes, like.biases[0] is not None, self._scratch)
