"""Signed pictures: the scale, the levels, and the glyphs where there is no colour."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_nn.render.signed_map import BACKGROUND, SIGNED, SIGNED_GLYPHS, glyph_rows, map_scale, signed_levels

PICTURES = arrays(np.float64, (6, 5), elements=st.floats(-1e30, 1e30))


def test_the_scale_is_the_99th_percentile_of_the_sizes() -> None:
    values = np.linspace(-1, 0.5, 784).reshape(28, 28)
    assert map_scale(values) == pytest.approx(np.percentile(np.abs(values), 99), abs=1e-12)
    stray = values.copy()
    stray[0, 0] = -50
    assert map_scale(stray) < 1.01


def test_two_pictures_can_share_a_scale() -> None:
    assert map_scale(np.ones(99), np.full(99, -3.0)) == 3


@pytest.mark.parametrize(
    ("values", "scale"),
    [(np.zeros((3, 3)), 0.0), (np.full((3, 3), np.nan), math.nan), (np.eye(28) * 0 + np.eye(28, k=27) * 2, 2.0)],
)
def test_the_scale_of_nothing_and_of_almost_nothing(values: np.ndarray, scale: float) -> None:
    """All zeros, nothing finite, and a single value among zeros."""
    np.testing.assert_equal(map_scale(values), scale)


@given(PICTURES)
def test_levels_have_the_sign_and_the_order_of_the_values(values: np.ndarray) -> None:
    found = signed_levels(values, map_scale(values)).ravel()
    assert np.abs(found).max() <= SIGNED
    assert (np.sign(found) * np.sign(values.ravel()) >= 0).all()
    assert (np.diff(found[np.argsort(values.ravel(), kind="stable")]) >= 0).all()
    assert (signed_levels(-values, map_scale(values)).ravel() == -found).all()


def test_what_is_near_0_is_background() -> None:
    near, beyond = BACKGROUND * 0.99, BACKGROUND * 1.01
    assert signed_levels(np.array([near, -near, beyond, -beyond]), 1.0).tolist() == [0, 0, 1, -1]


def test_glyphs_tell_the_sign_and_the_size() -> None:
    """`- =` below 0, `+ #` above, blank near 0, `!` where there is no number; a row is the mean of two."""
    values = np.array([[1, 0.3, 0.1, -0.3, -1, np.nan], [1, 0.3, -0.1, -0.3, -1, 0]])
    assert glyph_rows(values, 1.0) == ["#+ -=!"]
    assert glyph_rows(values, 1.0, zoom=True)[0] == "##++  --==!!"
    assert len(glyph_rows(np.ones((5, 3)), 1.0)) == 3
    assert set(SIGNED_GLYPHS) == set(" +#-=")


def test_no_number_warns() -> None:
    glyph_rows(np.array([[np.inf, 1e308], [-np.inf, 1e308]]), map_scale(np.array([np.inf, 1e308])))
