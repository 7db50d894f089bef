"""Dropout (Srivastava et al. 2014): training switches hidden units off at random.

This is inverted dropout: training multiplies the activations of the other units by 1 / (1 - dropout), so evaluation
needs no change.
"""

from __future__ import annotations

import numpy as np

from tui_nn.core.parameters import Array


def draw_mask(random: np.random.Generator, dropout: float, mask: Array) -> None:
    """Set a random share `dropout` of the mask to 0, and the rest to 1 / (1 - dropout)."""
    random.random(dtype=mask.dtype, out=mask)
    np.greater_equal(mask, dropout, out=mask)
    mask *= 1 / (1 - dropout)
