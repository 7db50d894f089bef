"""Dropout (Srivastava et al. 2014): training switches hidden units off at random.

This is the inverted form. Training multiplies the activations of the other units, so evaluation needs no change.
"""

from __future__ import annotations

import numpy as np

from tui_nn.core.parameters import Array


def draw_mask(random: np.random.Generator, dropout: float, mask: Array) -> None:
    """Write 0 to the share `dropout` of the mask's numbers, and 1 / (1 - dropout) to the others."""
    random.random(dtype=mask.dtype, out=mask)
    np.greater_equal(mask, dropout, out=mask)
    mask *= 1 / (1 - dropout)
