"""The exponential moving average is that of its formula."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.analysis.smoothing import smoothed


@pytest.mark.parametrize("share", [0.6, 0.9])
@pytest.mark.parametrize("length", [1, 2, 500])
def test_the_average_follows_its_formula(share: float, length: int) -> None:
    values = np.random.default_rng(0).random(length)
    expected = [values[0]]
    for value in values[1:]:
        expected.append(share * expected[-1] + (1 - share) * value)
    np.testing.assert_allclose(smoothed(values, share), expected, atol=1e-5)


def test_a_share_of_0_is_the_curve_itself() -> None:
    values = np.array([1.0, np.nan, 3.0])
    assert smoothed(values, 0.0) is values


def test_gaps_stay_and_the_average_goes_on_after_them() -> None:
    gaps = smoothed(np.array([np.nan, 1.0, np.inf, np.nan, 1.0]), 0.9)
    np.testing.assert_array_equal(gaps, [np.nan, 1.0, np.inf, np.nan, 1.0])
    assert np.isnan(smoothed(np.full(3, np.nan), 0.9)).all()
