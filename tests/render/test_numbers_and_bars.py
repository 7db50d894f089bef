"""Numbers and bars as they are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.render import bars, numbers


@pytest.mark.parametrize(
    ("p", "shown"),
    [(0.0, "<.01"), (0.0099, "<.01"), (0.01, ".01"), (0.81, ".81"), (0.99, ".99"), (0.991, ">.99"), (1.0, ">.99")],
)
def test_probabilities_are_never_written_as_certain(p: float, shown: str) -> None:
    """Neither 1.00 nor .00."""
    assert numbers.probability(p) == shown


def test_numbers_that_are_none() -> None:
    """NaN and the infinities have words."""
    assert [numbers.loss_text(value) for value in (math.nan, math.inf, -math.inf)] == ["NaN", "Inf", "−Inf"]
    assert numbers.percent(math.nan) == "–"
    assert numbers.probability(math.nan) == "NaN"


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_compact_is_short(value: float) -> None:
    """Seven characters hold any number, five a large one."""
    assert len(numbers.compact(value)) <= 7
    assert len(numbers.fitted(value, 2, 7)) <= 7
    if 1 <= abs(value) < 9e99:
        assert len(numbers.compact(value, 5)) <= 5


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0014, "1.4e−3"),
        (0.48, "0.48"),
        (-2.6, "−2.60"),
        (21.6, "21.6"),
        (0.0, "0"),
        (-1e-9, "−1.0e−9"),
        (-1.26e-10, "−1e−10"),
    ],
)
def test_compact(value: float, shown: str) -> None:
    """Two decimals while there is room, a power of ten beyond."""
    assert numbers.compact(value) == shown


@given(st.floats(-2, 2), st.integers(0, 3))
def test_zero_has_no_sign(value: float, decimals: int) -> None:
    """Neither "−0.00" nor "+0.00", and all else keeps its sign."""
    zero = f"{abs(value):.{decimals}f}" == f"{0:.{decimals}f}"
    assert (numbers.signed(value, decimals)[0] in "+−") is not zero
    assert (numbers.plain(value, decimals)[0] == "−") is (value < 0 and not zero)


@given(st.floats(0, 1), st.integers(1, 40))
def test_bars_have_their_width_and_grow(share: float, width: int) -> None:
    """A bar is as wide as its room, and anything above 0 is seen."""
    assert len(bars.bar(share, width)) == width
    assert len(bars.thin_bar(share, width)) == width
    assert bool(bars.bar(share, width).strip()) == (share > 0)


def test_thin_bar() -> None:
    """Half cells."""
    assert bars.thin_bar(0.58, 6) == "━━━╸╌╌"
    assert bars.thin_bar(math.nan, 4) == "╌╌╌╌"


def test_columns_stack_eighths() -> None:
    """The tallest column fills its height; half of it is half as high."""
    assert bars.columns([2, 1, 0], 2) == ["█  ", "██ "]
    assert bars.columns([4, 1], 1) == ["█▂"]
