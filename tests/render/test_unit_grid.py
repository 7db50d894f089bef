"""Units as a grid of cells."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.render.signed_map import SIGNED
from tui_nn.render.unit_grid import GREY, GridLayout, levels


@pytest.mark.parametrize(
    ("units", "columns", "rows", "cell"),
    [(128, 10, 13, 2), (130, 10, 13, 2), (131, 20, 7, 1), (10, 10, 1, 2), (4, 4, 1, 2), (260, 20, 13, 1), (1, 1, 1, 2)],
)
def test_units_stand_in_rows_of_ten_as_wide_as_fits(units: int, columns: int, rows: int, cell: int) -> None:
    layout = GridLayout.of(units, 23, 13)
    assert (layout.columns, layout.rows, layout.cell) == (columns, rows, cell)
    assert layout.shown == range(units)


@pytest.mark.parametrize(
    ("width", "height", "cell", "tall"),
    [(39, 40, 2, 1), (40, 26, 4, 2), (40, 25, 2, 1), (60, 39, 6, 3), (60, 38, 4, 2), (200, 39, 6, 3)],
)
def test_units_grow_if_ten_fit_in_a_row_and_all_fit(width: int, height: int, cell: int, tall: int) -> None:
    """128 units need 13 rows of ten; 200 columns hold 30 of the largest cells in a row."""
    layout = GridLayout.of(128, width, height)
    assert (layout.cell, layout.tall) == (cell, tall)
    assert layout.shown == range(128)


def test_what_does_not_fit_leaves_a_row_to_say_so() -> None:
    layout = GridLayout.of(4096, 23, 13)
    assert layout.rows == 12
    assert layout.shown == range(240)


@pytest.mark.parametrize("chosen", [0, 239, 240, 2162, 4095])
def test_the_chosen_unit_is_always_shown(chosen: int) -> None:
    layout = GridLayout.of(4096, 23, 13, chosen)
    place = layout.place(chosen)
    assert place is not None
    assert layout.first + place[0] * layout.columns + place[1] == chosen
    assert 0 <= place[0] < layout.rows
    assert layout.first % 20 == 0, "a unit keeps its column"


@pytest.mark.parametrize("width", [1, 2, 5, 9, 60])
@pytest.mark.parametrize("height", [0, 1, 2, 40])
@pytest.mark.parametrize("units", [1, 7, 4096])
def test_any_space_has_a_layout(width: int, height: int, units: int) -> None:
    layout = GridLayout.of(units, width, height)
    assert layout.columns * layout.cell <= max(width, 2)
    assert 1 <= len(layout.shown) <= units


def test_grey_goes_from_nothing_to_the_largest() -> None:
    found, scale = levels(np.array([0.0, 1e-9, 2.0, 4.0]), signed=False)
    assert found.tolist() == [0, 1, 5, GREY], "whatever is on is seen"
    assert scale == 4.0


def test_signed_values_near_0_are_background() -> None:
    found, scale = levels(np.array([-1.0, -0.13, 0.13, 0.15, 1.0]), signed=True)
    assert found.tolist() == [-SIGNED, 0, 0, 1, SIGNED]
    assert scale == 1.0


def test_what_is_not_finite_does_not_spoil_the_scale() -> None:
    found, scale = levels(np.array([np.nan, np.inf, 3.0]), signed=False)
    assert found.tolist() == [0, 0, GREY]
    assert scale == 3.0
    found, scale = levels(np.full(2, np.nan), signed=True)
    assert found.tolist() == [0, 0]
    assert np.isnan(scale)


def test_all_zero_is_all_background() -> None:
    found, scale = levels(np.zeros(3), signed=False)
    assert found.tolist() == [0, 0, 0]
    assert scale == 0
