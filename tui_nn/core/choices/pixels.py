"""The conversion of pictures to the input x of a network: pixels from 0 to 255 are divided by 255, or stay as they are."""

from __future__ import annotations

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.parameters import Array, Labels, Pixels


def scale_pixels(pictures: Pixels, network: NetworkConfig, dtype: str | None = None) -> Array:
    """Return x in the shape of `pictures`: pixels / 255, or the pixels themselves if the setting `scale_pixels` is off."""
    x: Array = pictures.astype(dtype or network.dtype)
    if network.scale_pixels:
        x /= 255
    return x


def gather(pictures: Pixels | Array, chosen: Labels, network: NetworkConfig, pixels: Pixels, x: Array) -> None:
    """Write the pictures with the indices `chosen` (rows,) to `x` (rows, d), scaled. `pixels` (rows, d) is a scratch
    array.

    The result equals scale_pixels(pictures[chosen]) to the bit, but no memory is allocated. Pictures of floats are
    copied unscaled.
    """
    # With mode="clip", `take` writes straight into `out`. All indices are in range, so none of them is changed.
    if pictures.dtype != np.uint8:
        pictures.take(chosen, axis=0, out=x, mode="clip")
        return
    pictures.take(chosen, axis=0, out=pixels, mode="clip")
    x[...] = pixels
    if network.scale_pixels:
        x /= 255
