"""The network as boxes and lines, at every width."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.render.network_picture import layer_parameters, network_picture


def picture(*sizes: int, width: int, use_bias: bool = True) -> str:
    names = ["", *["relu"] * (len(sizes) - 2), "softmax"]
    return "\n".join(network_picture(sizes, names, use_bias, width))


def test_one_hidden_layer_has_formulas_over_and_results_under_its_lines() -> None:
    assert picture(784, 128, 10, width=78) == (
        "┌─────┐     784×128 + 128     ┌──────────┐     128×10 + 10      ┌────────────┐\n"
        "│ 784 ├───────────────────────┤ 128 relu ├──────────────────────┤ 10 softmax │\n"
        "└─────┘        100,480        └──────────┘        1,290         └────────────┘"
    )


def test_without_biases_there_is_nothing_to_add() -> None:
    text = picture(784, 64, 10, width=78, use_bias=False)
    assert "784×64" in text
    assert "50,176" in text
    assert "+" not in text


@pytest.mark.parametrize(
    ("hidden", "formulas", "results", "names"),
    [(1, True, True, True), (2, False, True, True), (3, False, True, False), (5, False, False, False)],
)
def test_what_goes_first_where_it_gets_narrow(hidden: int, formulas: bool, results: bool, names: bool) -> None:
    text = picture(784, *[64] * hidden, 10, width=78)
    assert ("784×64 + 64" in text) == formulas
    assert ("50,240" in text) == results
    assert ("64 relu" in text) == names
    assert text.splitlines()[1].count("64") == hidden


def test_a_line_of_seven_cells_is_too_short_for_a_result() -> None:
    assert "785" in picture(784, 1, 10, width=34)
    assert "785" not in picture(784, 1, 10, width=33)


def test_boxes_lose_their_room_before_any_is_left_out() -> None:
    text = picture(784, *[4096] * 8, 10, width=78)
    assert text.splitlines()[1].startswith("│784├")
    assert text.count("4096") == 8


def test_boxes_that_are_left_out_are_counted() -> None:
    middle = picture(784, *[4096] * 8, 10, width=58).splitlines()[1]
    assert middle.count("4096") == 5
    assert "─ 3 more ─" in middle
    assert middle.endswith("┤10│")


def test_parameters_of_each_layer() -> None:
    assert layer_parameters((784, 128, 10), True) == (784 * 128 + 128, 128 * 10 + 10)
    assert layer_parameters((784, 64, 32, 10), False) == (784 * 64, 64 * 32, 32 * 10)


@given(st.lists(st.integers(1, 4096), min_size=1, max_size=8), st.booleans(), st.integers(0, 160))
def test_it_never_gets_wider_than_its_width(hidden: list[int], use_bias: bool, width: int) -> None:
    rows = picture(784, *hidden, 10, width=width, use_bias=use_bias).split("\n")
    assert len(rows) == 3
    assert all(len(row) <= width for row in rows)


@given(st.lists(st.integers(1, 4096), min_size=1, max_size=8), st.integers(58, 160))
def test_boxes_and_lines_meet(hidden: list[int], width: int) -> None:
    top, middle, bottom = picture(784, *hidden, 10, width=width).split("\n")
    assert len(top) == len(middle) == len(bottom) == width
    for above, cell, below in zip(top, middle, bottom, strict=True):
        assert (cell in "│┤├") == (above in "┌┐") == (below in "└┘")
    assert not re.search(r"┐\d|\d┌", top)
    assert not re.search(r"┘\d|\d└", bottom)
