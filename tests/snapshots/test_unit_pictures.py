"""One unit, one example and the map of the test set as they are seen, compared to stored pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Picture = Callable[..., bool]


@pytest.mark.parametrize("theme", ["", "textual-light"], ids=["dark", "light"])
def test_a_unit_with_the_cursor_on_a_weight(picture: Picture, theme: str) -> None:
    """What it has learned, in both signed ramps."""
    assert picture((80, 24), "3", "u", "s", "s", "c", theme=theme)


def test_a_unit_on_a_roomy_screen(picture: Picture) -> None:
    """The map at twice its size, and larger digits."""
    assert picture((120, 40), "3", "u", "s", "s")


def test_a_unit_that_is_off_in_a_copy(picture: Picture) -> None:
    """What the copy is worth stands in the message row."""
    assert picture((80, 24), "3", "u", "o")


def test_an_example_in_a_copy_at_another_temperature(picture: Picture) -> None:
    """Probabilities of the copy, what they were, and T."""
    assert picture((80, 24), "3", "x", "n", "o", "plus")


def test_the_map_of_the_test_set(picture: Picture) -> None:
    """Layer 0, with the cursor on a misclassified digit."""
    assert picture((80, 24), "3", "t", "n")


def test_the_map_on_a_roomy_screen(picture: Picture) -> None:
    """The pixels, and how far apart every layer has the digits."""
    assert picture((120, 40), "3", "t", "comma", "n")
