"""What can be done to a digit without changing what it is, or only a little: pure functions of uint8 images.

All take and give (n, 784), 0 background to 255 ink; whatever comes in from beyond the edges is background. None changes
its argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tui_nn.core.parameters import Pixels

_SIDE = 28
_CHUNK = 1024
"""Images turned at once: they are floats on the way."""

_NOISE, _ORDER = 0, 1


def shift(images: Pixels, right: int, down: int) -> Pixels:
    """Move by whole pixels; negative ones are left and up."""
    grid = images.reshape(-1, _SIDE, _SIDE)
    out = np.zeros_like(grid)
    if abs(right) < _SIDE and abs(down) < _SIDE:
        out[:, _after(down), _after(right)] = grid[:, _after(-down), _after(-right)]
    return out.reshape(images.shape)


def rotate(images: Pixels, degrees: float) -> Pixels:
    """Turn about the centre, counter-clockwise for positive degrees; between four pixels, by how near each is."""
    if degrees % 360 == 0:
        return images.copy()
    angle, centre = math.radians(degrees), (_SIDE - 1) / 2
    row, column = np.indices((_SIDE, _SIDE)) - centre
    # Where each pixel of the result comes from: turned back.
    from_row = row * math.cos(angle) + column * math.sin(angle) + centre
    from_column = column * math.cos(angle) - row * math.sin(angle) + centre
    top, left = np.floor(from_row).astype(int), np.floor(from_column).astype(int)
    corners = []
    for below in (0, 1):
        for beside in (0, 1):
            r, c = top + below, left + beside
            weight = (1 - abs(from_row - r)) * (1 - abs(from_column - c))
            weight[(r < 0) | (r >= _SIDE) | (c < 0) | (c >= _SIDE)] = 0
            place = np.clip(r, 0, _SIDE - 1) * _SIDE + np.clip(c, 0, _SIDE - 1)
            corners.append((place.ravel(), weight.ravel().astype(np.float32)))
    out = np.empty_like(images)
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK]
        mixed = sum(part[:, place] * weight for place, weight in corners)
        out[start : start + _CHUNK] = np.rint(mixed)
    return out


def thicken(images: Pixels, pixels: int) -> Pixels:
    """Widen the strokes by about so many pixels on each side, or for negative ones narrow them.

    Each step gives a pixel the largest (smallest) of itself and its four neighbours: the grey dilation (erosion) of
    mathematical morphology (Serra 1982), with a cross.
    """
    grid = images.reshape(-1, _SIDE, _SIDE)
    extreme = np.maximum if pixels > 0 else np.minimum
    for _ in range(abs(pixels)):
        padded = np.pad(grid, ((0, 0), (1, 1), (1, 1)))
        grid = padded[:, 1:-1, 1:-1]
        for neighbour in (padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]):
            grid = extreme(grid, neighbour)
    return grid.reshape(images.shape).copy()


def invert(images: Pixels) -> Pixels:
    """Make ink background and background ink."""
    return np.bitwise_not(images)


def add_noise(images: Pixels, std: float, seed: int = 0) -> Pixels:
    """Add to each pixel its own Gaussian number, `std` in shares of full ink; cut off at no ink and full ink."""
    noise = np.random.default_rng((seed, _NOISE)).standard_normal(images.shape, dtype=np.float32)
    noise *= 255 * std
    noise += images
    return np.rint(noise).clip(0, 255).astype(np.uint8)


def permute(images: Pixels, seed: int = 0) -> Pixels:
    """Put the pixels into another order, the same for all images: nothing is lost but where each one was."""
    order = np.random.default_rng((seed, _ORDER)).permutation(_SIDE * _SIDE)
    return images[:, order]


def _after(by: int) -> slice:
    """The places along a side that are still in the picture where they came from `by` places before."""
    return slice(max(by, 0), _SIDE + min(by, 0))


@dataclass(frozen=True, slots=True)
class Transformation:
    """Several of them, done in the order of the fields."""

    thickness: int = 0
    """Pixels, as `thicken` takes them."""
    degrees: int = 0
    right: int = 0
    down: int = 0
    inverted: bool = False
    noise: float = 0.0
    """Standard deviation, in shares of full ink."""
    permuted: bool = False
    seed: int = 0
    """Of the noise and of the order."""

    def apply(self, images: Pixels) -> Pixels:
        """Do it to images uint8 (n, 784)."""
        if self.thickness:
            images = thicken(images, self.thickness)
        if self.degrees:
            images = rotate(images, self.degrees)
        if self.right or self.down:
            images = shift(images, self.right, self.down)
        if self.inverted:
            images = invert(images)
        if self.noise:
            images = add_noise(images, self.noise, self.seed)
        return permute(images, self.seed) if self.permuted else images

    def __str__(self) -> str:
        """What is done, in words: "2 px right, 15° left, noise .20"; "" for nothing."""
        words = (
            (self.thickness, f"{'thicker' if self.thickness > 0 else 'thinner'} {abs(self.thickness)}"),
            (self.degrees, f"turned {abs(self.degrees)}° {'left' if self.degrees > 0 else 'right'}"),
            (self.right, f"{abs(self.right)} {'right' if self.right > 0 else 'left'}"),
            (self.down, f"{abs(self.down)} {'down' if self.down > 0 else 'up'}"),
            (self.inverted, "inverted"),
            (self.noise, f"noise {self.noise:.2f}"),
            (self.permuted, "pixels in another order"),
        )
        return ", ".join(word for value, word in words if value)
