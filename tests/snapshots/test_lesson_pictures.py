"""The key screens of lessons, compared to stored pictures. Their networks compute on this machine, so no picture has a loss."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Picture = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("5",), id="list"),
        pytest.param(("5", "down", "down", "enter", "n", "b"), id="predict"),
        pytest.param(("5", "down", "down", "enter", "n", "b", "n", "n"), id="do"),
        pytest.param(("5", "t"), id="tour"),
    ],
)
def test_a_screen_of_lessons(picture: Picture, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    """The list, a prediction, what is to be done, and the tour."""
    assert picture(size, *keys)


def test_the_step_of_a_lesson_in_another_pane(picture: Picture) -> None:
    """The row above the keys carries it."""
    assert picture((80, 24), "5", "down", "down", "enter", "n", "b", "n", "1")
