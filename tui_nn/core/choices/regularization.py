"""What keeps a network from learning its examples by heart, and a step from going too far.

l1 and l2 pull at the weights and not at the biases. Dropout is Srivastava et al. 2014, "inverted": what is left is made
larger in training, so that a network that only answers needs no change. Clipping by norm: Pascanu et al. 2013.
"""

from __future__ import annotations

import math

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.fast.scratch import scratch
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Array, Parameters


def penalties(training: TrainingConfig) -> tuple[float, float]:
    """l1 and l2 as far as they are in the gradient: the l2 of an optimizer that decays is not."""
    return training.l1, 0.0 if OPTIMIZERS[training.optimizer].decay else training.l2


def add_penalty(gradient: Parameters, parameters: Parameters, l1: float, l2: float) -> None:
    """Add the slope of l1 · Σ|w| + l2/2 · Σw² to a gradient."""
    for slope, weight in zip(gradient.weights, parameters.weights, strict=True):
        room = scratch("penalty", weight.shape, weight.dtype)
        if l2:
            np.multiply(weight, l2, out=room)
            slope += room
        if l1:
            np.sign(weight, out=room)
            room *= l1
            slope += room


def shrink(parameters: Parameters, share: float) -> None:
    """Take this share off every weight: what l2 is to an optimizer that decays."""
    for weight in parameters.weights:
        weight *= 1 - share


def clip(gradient: Array, longest: float) -> None:
    """Shorten a gradient, (count,), to this length if it is longer: g ← g · longest / |g|. One with a NaN stays."""
    length = math.sqrt(np.dot(gradient, gradient))
    if math.isinf(length):
        # The squares have overflown, which the numbers may not have.
        largest = float(np.abs(gradient).max())
        if math.isinf(largest):
            return
        gradient /= largest
        gradient *= longest / math.sqrt(np.dot(gradient, gradient))
    elif length > longest:
        gradient *= longest / length


def draw_mask(random: np.random.Generator, dropout: float, mask: Array) -> None:
    """Write 0 for the share `dropout` of the numbers of an array, and 1 / (1 − dropout) for the others."""
    random.random(dtype=mask.dtype, out=mask)
    np.greater_equal(mask, dropout, out=mask)
    mask *= 1 / (1 - dropout)
