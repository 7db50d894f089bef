"""Optimizers: how a gradient becomes an update of the parameters, once for each batch.

`apply_update` does the whole update in this order: penalties, clipping, weight decay, the optimizer's step, and a check
that all parameters are still finite. To add an optimizer, add a row to the table OPTIMIZERS. The form, the flags, the
help and the tests read it there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.parameters import Array, Diverged, Parameters

Moments = tuple[Array, ...]

Split = Callable[[Callable[[slice], None], int], None]
"""A function of (move, count) that calls `move` for slices of a vector of length `count`, until all elements are covered."""


@dataclass(frozen=True, slots=True)
class OptimizerRule:
    """An optimizer of the table OPTIMIZERS: its formula, and the function that does a step."""

    name: str
    formula: str
    purpose: str
    moments: int
    """The number of moment vectors (such as running means) that the optimizer keeps. Each has one number for each parameter."""
    step: Callable[[Array, Array, Moments, Array, int, float, TrainingConfig], None]
    """A function of (w, g, moments, scratch, number of the step from 1, rate, config).

    It changes w and the moments in place, element by element. All arrays have one number for each parameter.
    Afterwards, scratch holds the numbers that were subtracted from w.
    """
    uses: tuple[str, ...] = ()
    """The settings that the optimizer uses besides the learning rate."""
    decay: bool = False
    """True if l2 shrinks the weights directly instead of being added to their gradient."""
    in_full: str = ""
    """The complete formula. The letter g is the gradient, and each letter left of an arrow, except w, starts at 0."""
    numpy: str = ""
    """The optimizer as a line of NumPy, for the microscope; if it is empty, the microscope shows `formula`."""
    source: str = ""
    """The publication of the optimizer."""

    @property
    def adaptive(self) -> bool:
        """True if each gradient is divided by its typical size, so that an update moves a weight by about the learning rate."""
        return "epsilon" in self.uses


def _sgd(w: Array, g: Array, moments: Moments, scratch: Array, step: int, rate: float, t: TrainingConfig) -> None:
    np.multiply(g, rate, out=scratch)
    w -= scratch


def _momentum(w: Array, g: Array, moments: Moments, scratch: Array, step: int, rate: float, t: TrainingConfig) -> None:
    (velocity,) = moments
    velocity *= t.momentum
    velocity += g
    np.multiply(velocity, rate, out=scratch)
    w -= scratch


def _nesterov(w: Array, g: Array, moments: Moments, scratch: Array, step: int, rate: float, t: TrainingConfig) -> None:
    (velocity,) = moments
    velocity *= t.momentum
    velocity += g
    np.multiply(velocity, t.momentum, out=scratch)
    scratch += g
    scratch *= rate
    w -= scratch


def _rmsprop(w: Array, g: Array, moments: Moments, scratch: Array, step: int, rate: float, t: TrainingConfig) -> None:
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


def _adam(w: Array, g: Array, moments: Moments, scratch: Array, step: int, rate: float, t: TrainingConfig) -> None:
    # The bias corrections change two numbers, the rate and epsilon, instead of whole vectors (Kingma & Ba, end of section 2).
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
            "sgd", "w ← w − rate·g", "moves all weights straight against the batch's gradient", 0, _sgd,
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
            source="Nesterov 1983; Sutskever et al. 2013, rewritten so that w is the point where the gradient is computed",
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
            "adamw", "w ← w − rate·(m/√v + l2·w)", "adam, but l2 shrinks weights by equal percentages", 2, _adam,
            uses=_ADAM, decay=True, in_full="w ← (1 − rate·l2)·w, then as adam",
            numpy="w *= 1 - rate * l2; w -= rate * m / (np.sqrt(v) + eps)   # m, v: as in adam",
            source="Loshchilov & Hutter 2019, algorithm 2",
        ),
    )
}  # fmt: skip


def in_one_piece(move: Callable[[slice], None], count: int) -> None:
    """Call `move` once, for the whole vector of `count` numbers."""
    move(slice(count))


class Optimizer:
    """An optimizer with its moments, the vectors that it keeps between steps."""

    def __init__(self, rule: str, like: Array) -> None:
        """Create the optimizer called `rule` with moments of 0. They have the length and the dtype of the vector `like`."""
        self.rule = OPTIMIZERS[rule]
        self.moments = tuple(np.zeros_like(like) for _ in range(self.rule.moments))
        self.steps = 0
        self.scratch = np.zeros_like(like)
        """The numbers that the last step subtracted, one for each parameter."""
        self.has_moved = False
        """True if `scratch` contains the last step. It is False before the first step, and after new moments were set."""
        self.decayed: Array | None = None
        """The numbers that the last weight decay subtracted, one for each parameter; None without weight decay."""

    def step(
        self, vector: Array, gradient: Array, training: TrainingConfig, rate: float, split: Split = in_one_piece
    ) -> None:
        """Change `vector` in place by one step for this `gradient`. Both have one number for each parameter."""
        self.steps += 1
        self.has_moved = True

        def move(part: slice) -> None:
            moments = tuple(moment[part] for moment in self.moments)
            self.rule.step(vector[part], gradient[part], moments, self.scratch[part], self.steps, rate, training)

        split(move, vector.size)

    def last_update(self, layout: Parameters) -> Parameters:
        """Return the numbers that the last update subtracted, including weight decay. The next step may overwrite them."""
        return layout.like(self.scratch if self.decayed is None else self.scratch + self.decayed)


def apply_update(
    parameters: Parameters, gradient: Parameters, optimizer: Optimizer, training: TrainingConfig, rate: float,
    split: Split = in_one_piece,
) -> None:  # fmt: skip
    """Update the parameters in place by the gradient of the loss. The function also changes `gradient` in place.

    Raises:
        Diverged: if a parameter is NaN or infinite after the update.
    """
    if training.l1 or training.l2:
        add_penalties(gradient, parameters, training, scratch=parameters.like(optimizer.scratch))
    if training.clip_norm:
        clip(gradient.vector, training.clip_norm)
    if training.l2 and optimizer.rule.decay:
        if optimizer.decayed is None:
            optimizer.decayed = np.zeros_like(parameters.vector)
        decay_weights(parameters, rate * training.l2, parameters.like(optimizer.decayed))
    else:
        optimizer.decayed = None
    optimizer.step(parameters.vector, gradient.vector, training, rate, split)
    # Computing the sum of squares takes half as long as checking every parameter. The sum can overflow although all
    # parameters are finite. So if the sum is not finite, every parameter is checked.
    vector = parameters.vector
    if not math.isfinite(vector.dot(vector)) and not np.isfinite(vector).all():
        raise Diverged("the parameters are no longer finite numbers")


def penalties(training: TrainingConfig) -> tuple[float, float]:
    """Return the factors (l1, l2) of the penalties. l2 is 0 if the optimizer shrinks the weights directly."""
    return training.l1, 0.0 if OPTIMIZERS[training.optimizer].decay else training.l2


def add_penalties(gradient: Parameters, parameters: Parameters, training: TrainingConfig, scratch: Parameters) -> None:
    """Add the slope of the penalty l1 · Σ|w| + l2/2 · Σw² to the gradient. Biases have no penalty."""
    l1, l2 = penalties(training)
    for slope, weight, room in zip(gradient.weights, parameters.weights, scratch.weights, strict=True):
        if l2:
            slope += np.multiply(weight, l2, out=room)
        if l1:
            np.sign(weight, out=room)
            room *= l1
            slope += room


def clip(gradient: Array, longest: float) -> None:
    """Shorten a gradient vector that is longer than `longest`: g ← g · longest / |g| (Pascanu et al. 2013).

    A gradient with a NaN or an infinite number stays as it is.
    """
    length = math.sqrt(np.dot(gradient, gradient))
    if math.isinf(length):
        # The sum of squares can overflow although the gradient is finite.
        largest = float(np.abs(gradient).max())
        if math.isinf(largest):
            return
        gradient /= largest
        gradient *= longest / math.sqrt(np.dot(gradient, gradient))
    elif length > longest:
        gradient *= longest / length


def decay_weights(parameters: Parameters, share: float, decayed: Parameters) -> None:
    """Subtract a `share` of each weight from it (Loshchilov & Hutter 2019), and write the subtracted numbers to `decayed`."""
    for weight, taken in zip(parameters.weights, decayed.weights, strict=True):
        np.multiply(weight, share, out=taken)
        weight *= 1 - share
