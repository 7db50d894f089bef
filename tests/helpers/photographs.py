"""Pictures of digits as people take them: a digit on a page, with one of the faults that photographs and scans have.

Each digit comes from the bundled test data. The same seed gives the same pictures.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Page = NDArray[np.float64]
"""Greys, (h, w), from 0 (black) to 255 (white)."""

SIDE = 200
PAPER, INK = 240.0, 30.0


def page_of(image: NDArray[np.uint8], chance: np.random.Generator) -> Page:
    """Return a page of SIDE x SIDE with a digit, uint8 (784,), enlarged 4 to 6 times, dark on light, near the middle."""
    digit = enlarged(image.reshape(28, 28) / 255, int(chance.integers(112, 169)))
    page = np.full((SIDE, SIDE), PAPER)
    room = SIDE - len(digit)
    top, left = chance.integers(room // 4, room - room // 4 + 1, 2)
    page[top : top + len(digit), left : left + len(digit)] -= digit * (PAPER - INK)
    return page


def enlarged(picture: Page, side: int) -> Page:
    """Return a square picture with another side; values in between are interpolated linearly."""
    old = len(picture)
    places = np.clip((np.arange(side) + 0.5) * old / side - 0.5, 0, old - 1)
    rows = np.array([np.interp(places, np.arange(old), column) for column in picture.T]).T
    return np.array([np.interp(places, np.arange(old), row) for row in rows])


def _slope(chance: np.random.Generator) -> Page:
    """Return a ramp from 0 to 1 over the page, in any direction."""
    angle = chance.uniform(0, 2 * np.pi)
    down, right = np.mgrid[:SIDE, :SIDE]
    ramp = down * np.sin(angle) + right * np.cos(angle)
    return (ramp - ramp.min()) / np.ptp(ramp)


def _corner(chance: np.random.Generator) -> tuple[int, int]:
    row, column = (int(number) * (SIDE - 1) for number in chance.integers(0, 2, 2))
    return row, column


def light_falls_off(by: float) -> Callable[[Page, np.random.Generator], Page]:
    """Return a function that lets the light fall off by `by` of 255 from one side to the other."""
    return lambda page, chance: page - by * _slope(chance)


def shaded_corner(page: Page, chance: np.random.Generator) -> Page:
    """Let a soft shadow lie over one corner and up to half of the page."""
    row, column = _corner(chance)
    distance = np.hypot(*(np.mgrid[:SIDE, :SIDE] - np.array([row, column])[:, None, None])) / SIDE
    return page * (1 - chance.uniform(0.4, 0.7) * np.clip(1 - distance / chance.uniform(0.6, 1.0), 0, 1))


def hard_shadow(page: Page, chance: np.random.Generator) -> Page:
    """Let a shadow with an edge, such as that of a hand, lie over a corner."""
    row, column = _corner(chance)
    down, right = np.abs(np.mgrid[:SIDE, :SIDE] - np.array([row, column])[:, None, None])
    edge = 1 / (1 + np.exp((down + right * chance.uniform(0.5, 2) - SIDE * chance.uniform(0.5, 0.9)) / 3))
    return page * (1 - chance.uniform(0.3, 0.5) * edge)


def grain(page: Page, chance: np.random.Generator) -> Page:
    """Add noise with a standard deviation of 8 to 20. The digit may be in pencil."""
    page = PAPER - (PAPER - page) * chance.uniform(0.4, 1)
    return page + chance.normal(0, chance.uniform(8, 20), page.shape)


def specks(page: Page, chance: np.random.Generator) -> Page:
    """Put one to four dark specks into the margins, one of them in a corner."""
    page, side = page.copy(), int(chance.integers(3, 9))
    row, column = _corner(chance)
    places = [(min(row, SIDE - side - 4), min(column, SIDE - side - 4))]
    for _ in range(chance.integers(0, 4)):
        places.append((int(chance.choice([6, SIDE - side - 6])), int(chance.integers(6, SIDE - side - 6))))
    for top, left in places:
        page[top : top + side, left : left + side] = INK
    return page


def ruled(page: Page, chance: np.random.Generator) -> Page:
    """Rule lines over the page, or squares."""
    distance, thickness, line = chance.integers(18, 45), chance.integers(1, 3), chance.uniform(50, 190)
    at = (np.arange(SIDE) + chance.integers(0, distance)) % distance < thickness
    lines = np.where(at[:, None] | (at[None] & (chance.random() < 0.3)), line, 255)
    return np.minimum(page, lines)


def black_frame(page: Page, chance: np.random.Generator) -> Page:
    """Draw a black frame along the edges, up to a tenth of the page wide, or a little inside. The digit may be in pencil."""
    page, start = PAPER - (PAPER - page) * chance.uniform(0.25, 1), int(chance.choice([0, 0, 2, 5]))
    width = int(chance.integers(2, 16 if start == 0 else 6))
    inside = slice(start + width, SIDE - start - width)
    frame = np.zeros((SIDE, SIDE), bool)
    frame[start : SIDE - start, start : SIDE - start] = True
    frame[inside, inside] = False
    page[frame] = chance.uniform(0, 40)
    return page


def photographed(page: Page, chance: np.random.Generator) -> Page:
    """Give the page uneven light, grain and a speck at once."""
    lit = specks(page, chance) - chance.uniform(20, 80) * _slope(chance)
    return lit + chance.normal(0, 6, page.shape)


KINDS: dict[str, Callable[[Page, np.random.Generator], Page]] = {
    "plain": lambda page, chance: page,
    "light that falls off by 40": light_falls_off(40),
    "light that falls off by 120": light_falls_off(120),
    "a shaded corner": shaded_corner,
    "a hard shadow": hard_shadow,
    "grain": grain,
    "specks": specks,
    "ruled paper": ruled,
    "a black frame": black_frame,
    "light, grain and specks": photographed,
}
"""The kinds of pictures, each made from a plain page."""


def photograph(kind: str, image: NDArray[np.uint8], seed: int, chance: str = "") -> NDArray[np.uint8]:
    """Return a picture of a kind with this digit, uint8 (SIDE, SIDE). Every fourth one is light on dark.

    Pictures with the same `chance`, which is usually the kind, have the digit at the same place.
    """
    random = np.random.default_rng([seed, *(chance or kind).encode()])
    page = KINDS[kind](page_of(image, random), random)
    grey = np.rint(page.clip(0, 255)).astype(np.uint8)
    return 255 - grey if seed % 4 == 3 else grey
