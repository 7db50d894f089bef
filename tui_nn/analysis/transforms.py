"""Transformations of pictures, such as shift, rotation and noise. No function changes its argument.

All functions take and return square pictures, uint8 (n, side * side), from 0 (background) to 255 (ink). Pixels that come from
outside a picture are background.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import isqrt

import numpy as np

from tui_nn.core.parameters import Pixels

_CHUNK = 1024
"""The number of pictures that are turned at once. Pictures need four times their memory while they are turned."""

_NOISE, _ORDER = 0, 1


def shift(images: Pixels, right: int, down: int) -> Pixels:
    """Move the pictures by whole pixels. Negative numbers move them left and up."""
    side = _side(images)
    grid = images.reshape(-1, side, side)
    out = np.zeros_like(grid)
    if abs(right) < side and abs(down) < side:
        out[:, _after(down, side), _after(right, side)] = grid[:, _after(-down, side), _after(-right, side)]
    return out.reshape(images.shape)


def rotate(images: Pixels, degrees: float) -> Pixels:
    """Turn the pictures about their centre, to the left for positive degrees.

    Each new pixel is the mean of the four nearest old pixels, weighted by their distances.
    """
    if degrees % 360 == 0:
        return images.copy()
    side = _side(images)
    angle, centre = math.radians(degrees), (side - 1) / 2
    row, column = np.indices((side, side)) - centre
    # Turn the position of each new pixel back. This gives the position in the old picture from which its grey value comes.
    from_row = row * math.cos(angle) + column * math.sin(angle) + centre
    from_column = column * math.cos(angle) - row * math.sin(angle) + centre
    top, left = np.floor(from_row).astype(int), np.floor(from_column).astype(int)
    corners = []
    for below in (0, 1):
        for beside in (0, 1):
            r, c = top + below, left + beside
            weight = (1 - abs(from_row - r)) * (1 - abs(from_column - c))
            weight[(r < 0) | (r >= side) | (c < 0) | (c >= side)] = 0
            place = np.clip(r, 0, side - 1) * side + np.clip(c, 0, side - 1)
            corners.append((place.ravel(), weight.ravel().astype(np.float32)))
    out = np.empty_like(images)
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK]
        mixed = sum(part[:, place] * weight for place, weight in corners)
        out[start : start + _CHUNK] = np.rint(mixed)
    return out


def thicken(images: Pixels, pixels: int) -> Pixels:
    """Make strokes thicker by about `pixels` pixels on each side; negative numbers make them thinner.

    Each step replaces a pixel by the largest (smallest) of itself and its four neighbours. This is the grey dilation (erosion) of
    mathematical morphology (Serra 1982).
    """
    side = _side(images)
    grid = images.reshape(-1, side, side)
    extreme = np.maximum if pixels > 0 else np.minimum
    for _ in range(abs(pixels)):
        padded = np.pad(grid, ((0, 0), (1, 1), (1, 1)))
        grid = padded[:, 1:-1, 1:-1]
        for neighbour in (padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]):
            grid = extreme(grid, neighbour)
    return grid.reshape(images.shape).copy()


def invert(images: Pixels) -> Pixels:
    """Return the pictures with ink and background swapped."""
    return np.bitwise_not(images)


def add_noise(images: Pixels, std: float, seed: int = 0) -> Pixels:
    """Add Gaussian noise to each pixel. `std` is a fraction of the largest pixel value. Results are clipped to the
    range from 0 to 255.
    """
    noise = np.random.default_rng((seed, _NOISE)).standard_normal(images.shape, dtype=np.float32)
    noise *= 255 * std
    noise += images
    return np.rint(noise).clip(0, 255).astype(np.uint8)


def permute(images: Pixels, seed: int = 0) -> Pixels:
    """Reorder the pixels at random, in the same way for all pictures."""
    order = np.random.default_rng((seed, _ORDER)).permutation(images.shape[1])
    return images[:, order]


def _side(images: Pixels) -> int:
    """Return the length of a side of the square pictures, in pixels."""
    return isqrt(images.shape[1])


def _after(by: int, side: int) -> slice:
    """Return the slice of rows (or columns) that still contains pixels after a shift by `by` pixels."""
    return slice(max(by, 0), side + min(by, 0))


@dataclass(frozen=True, slots=True)
class Transformation:
    """Several changes to pictures. They are made in the order of the fields below."""

    thickness: int = 0
    """The number of pixels by which strokes become thicker. Negative numbers make them thinner."""
    degrees: int = 0
    """The angle in degrees by which pictures are turned to the left."""
    right: int = 0
    """The number of pixels by which pictures are moved to the right."""
    down: int = 0
    """The number of pixels by which pictures are moved down."""
    inverted: bool = False
    noise: float = 0.0
    """The standard deviation of the noise, as a fraction of the largest pixel value."""
    permuted: bool = False
    seed: int = 0
    """The seed of the random noise and of the random order of pixels."""

    def apply(self, images: Pixels) -> Pixels:
        """Return the changed images, uint8 (n, side * side)."""
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
        """Return the changes as text, such as "turned 15° left, 2 right, noise 0.20"; "" if there are none."""
        words = (
            (self.thickness, f"{'thicker' if self.thickness > 0 else 'thinner'} {abs(self.thickness)}"),
            (self.degrees, f"turned {abs(self.degrees)}° {'left' if self.degrees > 0 else 'right'}"),
            (self.right, f"{abs(self.right)} {'right' if self.right > 0 else 'left'}"),
            (self.down, f"{abs(self.down)} {'down' if self.down > 0 else 'up'}"),
            (self.inverted, "inverted"),
            (self.noise, f"noise {self.noise:.2f}"),
            (self.permuted, "pixels in random order"),
        )
        return ", ".join(word for value, word in words if value)
