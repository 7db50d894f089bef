"""Why, Vary and Draw as they are seen; how pictures are taken says `test_pictures`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Picture = Callable[..., bool]
STROKE = ("p", *["down"] * 6, *["right"] * 5, "p")


@pytest.mark.parametrize("keys", ["w", "wh", "wt", "v", "vh", "d"])
def test_a_view(picture: Picture, keys: str) -> None:
    """Each at the smallest usual size: why by pixels, by units, by neighbours; a digit varied, the curves; the board."""
    assert picture((80, 24), "4", *keys)


def test_all_that_is_known_of_an_answer(picture: Picture) -> None:
    """Where there is room pixels, units and neighbours are seen together."""
    assert picture((120, 40), "4", "w")


def test_a_digit_that_was_changed(picture: Picture) -> None:
    """Both pictures, both answers, the curves below."""
    assert picture((120, 40), "4", "v", "up", "comma", "plus", "o")


def test_a_drawing(picture: Picture) -> None:
    """What was drawn with keys, and what the network receives."""
    assert picture((80, 24), "4", "d", *STROKE)
