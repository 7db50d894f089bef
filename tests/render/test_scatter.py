"""Digits in cells."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.render.bars import signed_bar
from tui_nn.render.scatter import Scatter


def scattered(count: int = 400, columns: int = 40, rows: int = 12, seed: int = 1) -> Scatter:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    return Scatter.of(random.normal(size=(count, 2)), labels, random.random(count) < 0.1, columns, rows)


def test_x_goes_right_and_y_goes_up() -> None:
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = Scatter.of(places, np.array([3, 4, 5]), np.zeros(3, dtype=bool), 10, 5)
    assert [found.place(example) for example in range(3)] == [(4, 0), (4, 9), (0, 0)]


@given(st.integers(0, 50), st.sampled_from([(40, 12), (1, 1), (7, 30)]))
def test_every_example_is_in_a_cell(seed: int, shape: tuple[int, int]) -> None:
    found = scattered(60, *shape, seed=seed)
    assert sum(found.crowd.values()) == 60
    assert all(0 <= row < shape[1] and 0 <= column < shape[0] for row, column in found.shown)
    assert {found.place(example) for example in range(60)} == set(found.shown)


def test_a_mistake_stands_before_others_and_then_the_most_frequent() -> None:
    places = np.zeros((6, 2))
    labels, none = np.array([3, 5, 5, 7, 7, 1]), np.zeros(6, dtype=bool)
    assert Scatter.of(places, labels, none, 9, 5).shown == {(2, 4): 1}
    wrong = none.copy()
    wrong[[3, 5]] = True
    assert Scatter.of(places, labels, wrong, 9, 5).shown == {(2, 4): 3}


def test_a_stray_point_does_not_squeeze_the_others() -> None:
    places = np.random.default_rng(0).normal(size=(1000, 2))
    places[7] = 1e6
    found = Scatter.of(places, np.zeros(1000, dtype=int), np.zeros(1000, dtype=bool), 40, 12)
    assert found.place(7) == (0, 39)
    assert len({found.place(example)[1] for example in range(1000)}) == 40


@given(st.integers(0, 399), st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]))
def test_a_step_goes_that_way_and_to_nothing_nearer_straight_ahead(example: int, way: tuple[int, int]) -> None:
    found = scattered()
    here, (down, right) = found.place(example), way
    there = found.nearest(here, down, right)
    straight = [
        (row, column)
        for row, column in found.shown
        if (row - here[0]) * down + (column - here[1]) * right > 0 and (row == here[0] if right else column == here[1])
    ]
    if there is None:
        assert not straight
        return
    row, column = found.place(there)
    ahead = (row - here[0]) * down + (column - here[1]) * right
    assert ahead > 0
    assert all((r - here[0]) * down + (c - here[1]) * right >= ahead for r, c in straight)


def test_a_step_can_be_among_some_only() -> None:
    found = scattered()
    among = np.zeros(400, dtype=bool)
    among[list(found.shown.values())[5]] = True
    steps = {found.nearest((6, 20), *way, among) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))}
    assert steps <= {None, list(found.shown.values())[5]}


@given(st.floats(-2, 2), st.integers(1, 20))
def test_a_signed_bar_goes_its_way(share: float, half: int) -> None:
    left, right = signed_bar(share, half)
    assert (left > 0) == (share < 0)
    assert (right > 0) == (share > 0)
    assert max(left, right) <= half
