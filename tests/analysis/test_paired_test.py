"""The paired permutation test, with examples worked by hand."""

from itertools import product

import numpy as np
import pytest

from tui_nn.analysis.paired_test import MOST_EXACT, PairedTest


@pytest.mark.parametrize(
    ("differences", "chance"),
    [
        # Of the 8 choices of signs, +++ and --- alone give a sum of 6 from 0.
        ((1, 2, 3), 2 / 8),
        # The sum is 2. The eight sums are 4, 2, 0, -2, 2, 0, -2 and -4: six are at least 2 from 0.
        ((1, 2, -1), 6 / 8),
        ((1,), 1),
        ((0, 0, 0), 1),
        ((5, 5, 5, 5, 5), 2 / 32),
        # The sum is 0, and so every sum is as far from 0.
        ((1, -1), 1),
    ],
)
def test_the_chance_counts_the_choices_of_signs(differences, chance):
    found = PairedTest.of(differences, [0] * len(differences))
    assert (found.pairs, found.chance) == (len(differences), chance)
    assert found.difference == pytest.approx(sum(differences) / len(differences))
    assert PairedTest.of([0] * len(differences), differences).chance == chance


def test_the_pairing_counts():
    """Each seed gives 1 point more, although the seeds differ by 20."""
    first = [0.90, 0.70, 0.80, 0.60, 0.75, 0.65]
    assert PairedTest.of(first, [value - 0.01 for value in first]).chance == 2 / 64


def test_equal_sums_count_although_floats_are_rounded():
    """In floats, many sums of tenths that are equal differ in their last digit."""
    for whole in product(range(-3, 4), repeat=4):
        tenths = np.array(whole) / 10
        assert PairedTest.of(tenths, [0] * 4).chance == PairedTest.of(whole, [0] * 4).chance


def test_many_pairs_are_sampled_and_agree_with_the_exact_count():
    differences = np.random.default_rng(3).normal(0.4, 1, MOST_EXACT)
    exact = PairedTest.of(differences, np.zeros(MOST_EXACT)).chance
    # One pair without a difference changes no sum, but is one pair too many for the exact count.
    drawn = PairedTest.of([*differences, 0], np.zeros(MOST_EXACT + 1))
    assert drawn.chance == pytest.approx(exact, abs=0.01)
    assert PairedTest.of(np.ones(40), np.zeros(40)).chance > 0


def test_the_least_chance_is_that_of_equal_signs():
    for pairs in (1, 2, 5, 6):
        found = PairedTest.of([1] * pairs, [0] * pairs)
        assert found.least == found.chance
