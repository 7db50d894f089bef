"""How stored pictures become x: bytes from 0 to 255, scaled to 0 to 1 or left as they are."""

from __future__ import annotations

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.parameters import Array, Labels, Pixels


def scale_pixels(pictures: Pixels, network: NetworkConfig, dtype: str | None = None) -> Array:
    """Return what enters the network, in the shape of `pictures`: pixels / 255, or with `scale_pixels` off the pixels."""
    x: Array = pictures.astype(dtype or network.dtype)
    if network.scale_pixels:
        x /= 255
    return x


def gather(pictures: Pixels | Array, chosen: Labels, network: NetworkConfig, pixels: Pixels, x: Array) -> None:
    """Write the `chosen` (rows,) of `pictures` (n, d) to `x` (rows, d), scaled; `pixels` (rows, d) is scratch.

    The bits are those of scale_pixels(pictures[chosen]), and nothing is allocated. Pictures that are floats are x already.
    """
    # With mode="clip" np.take writes straight into `out`. All indices are in range, so it clips none.
    if pictures.dtype != np.uint8:
        np.take(pictures, chosen, axis=0, out=x, mode="clip")
        return
    np.take(pictures, chosen, axis=0, out=pixels, mode="clip")
    x[...] = pixels
    if network.scale_pixels:
        x /= 255
