"""Projections to two directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.analysis.projection import PROJECTIONS, class_separation, oriented, project

LABELS = np.arange(300) % 10


def clouds(dimensions: int = 20, seed: int = 0) -> np.ndarray:
    """Return the points of ten clouds that differ in some directions and have much noise in the others."""
    random = np.random.default_rng(seed)
    centres = np.zeros((10, dimensions))
    centres[:, :3] = random.normal(size=(10, 3)) * (4, 2, 1)
    values = centres[LABELS] + random.normal(size=(300, dimensions)) * 0.5
    values[:, 5] += random.normal(size=300) * 30
    return values


def test_principal_directions_are_those_of_a_plain_decomposition() -> None:
    values = clouds()
    centred = values - values.mean(axis=0)
    expected = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    found = project(values, LABELS, "principal") * np.abs(values).max()
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found, expected * signs, atol=1e-6)


def test_more_dimensions_than_examples_give_the_same_places() -> None:
    """The same 300 examples have 20 dimensions, or are rotated into 500 dimensions."""
    turned = clouds() @ np.linalg.qr(np.random.default_rng(1).normal(size=(500, 500)))[0][:20]
    for name in PROJECTIONS:
        narrow, wide = (project(v, LABELS, name) for v in (clouds(), turned))
        # In units of its spread: the two are scaled by their largest values.
        narrow, wide = narrow / narrow.std(axis=0), wide / wide.std(axis=0)
        np.testing.assert_allclose(np.abs(narrow), np.abs(wide), atol=1e-6)


def test_fishers_directions_solve_fishers_problem() -> None:
    """No other direction has a larger ratio of the variance between classes to that within classes."""
    values = clouds()
    found = project(values, LABELS, "Fisher")

    def ratio(scores: np.ndarray) -> float:
        means = np.array([scores[digit == LABELS].mean() for digit in range(10)])[LABELS]
        return float(means.var() / (scores - means).var())

    means = np.array([values[digit == LABELS].mean(axis=0) for digit in range(10)])[LABELS]
    within, between = np.cov((values - means).T), np.cov(means.T)
    best = np.linalg.eigvals(np.linalg.solve(within, between)).real.max()
    # The ridge keeps it a little below.
    assert ratio(found[:, 0]) == pytest.approx(best, rel=0.05)
    assert ratio(found[:, 0]) > ratio(found[:, 1]) > 1
    assert class_separation(found, LABELS) > class_separation(project(values, LABELS, "principal"), LABELS)


def test_apart_is_the_share_of_the_variance_between_classes() -> None:
    values = clouds()
    means = np.array([values[digit == LABELS].mean(axis=0) for digit in range(10)])[LABELS]
    assert class_separation(values, LABELS) == pytest.approx(
        means.var(axis=0).sum() / values.var(axis=0).sum(), abs=1e-6
    )
    assert class_separation(means, LABELS) == pytest.approx(1)
    assert class_separation(np.ones((300, 4)), LABELS) == 0


@given(st.booleans(), st.sampled_from([(1, 1), (1, -1), (-1, 1), (-1, -1)]), st.integers(0, 9))
def test_order_and_signs_follow_the_epoch_before(swapped: bool, signs: tuple[int, int], seed: int) -> None:
    before = np.random.default_rng(seed).normal(size=(50, 2)) * (3, 1)
    now = before + np.random.default_rng(seed + 100).normal(size=(50, 2)) * 0.2
    turned = (now[:, ::-1] if swapped else now) * signs
    np.testing.assert_allclose(oriented(turned, before), now)


def test_the_same_values_are_always_placed_alike() -> None:
    for name in PROJECTIONS:
        assert np.array_equal(project(clouds(), LABELS, name), project(clouds(), LABELS, name))
        assert np.array_equal(oriented(project(clouds(), LABELS, name), None), project(clouds(), LABELS, name))


@pytest.mark.parametrize("name", PROJECTIONS)
@pytest.mark.parametrize(
    "values",
    [
        np.zeros((300, 5)),
        np.arange(300.0)[:, None],
        np.full((300, 4), 7.0),
        np.eye(300),
        clouds() * 1e30,
        clouds() * 1e-30,
    ],
    ids=["zeros", "one unit", "all alike", "every one alone", "huge", "tiny"],
)
def test_degenerate_layers_have_finite_places(name: str, values: np.ndarray) -> None:
    found = project(values, LABELS, name)
    assert found.shape == (300, 2)
    assert np.isfinite(found).all()
    assert 0 <= class_separation(found, LABELS) <= 1


def test_values_that_are_not_finite_have_no_place() -> None:
    values = clouds()
    values[7, 3] = np.inf
    found = project(values, LABELS, "Fisher")
    assert np.isnan(found).all()
    assert np.isnan(oriented(found, clouds()[:, :2])).all()
    assert np.isnan(class_separation(found, LABELS))
