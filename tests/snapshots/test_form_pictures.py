"""The form of Configure where it is longer than the screen, compared to stored pictures; see test_pictures."""

from __future__ import annotations

from collections.abc import Callable

Picture = Callable[..., bool]


def test_the_end_of_a_column_that_scrolls(picture: Picture) -> None:
    """What is above is counted in the heading; a noise brings its settings into use."""
    assert picture((80, 24), "1", "o", "tab", "end", *["up"] * 3, "left")


def test_the_list_of_presets(picture: Picture) -> None:
    """It says what each of them is."""
    assert picture((80, 24), "1", "shift+tab", "down")


def test_three_columns_beside_each_other(picture: Picture) -> None:
    """With a network without hidden layers."""
    assert picture((120, 40), "1", "left", "left", "left", "left", "tab", "left")
