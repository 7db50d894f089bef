"""McNemar's exact test, against probabilities worked by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from tui_nn.analysis.mcnemar import Disagreement


@pytest.mark.parametrize(
    ("first", "second", "chance"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),  # 2 · (1/2)
        (5, 0, 0.0625),  # 2 · (1/2)⁵ = 2/32
        (8, 2, 0.109375),  # 2 · (1 + 10 + 45)/1024 = 112/1024
        (2, 8, 0.109375),
        (3, 3, 1.0),  # 2 · (1 + 6 + 15 + 20)/64 is more than 1
        (9, 1, 0.021484375),  # 2 · (1 + 10)/1024 = 22/1024
    ],
)
def test_the_chance_is_that_of_the_sign_test(first: int, second: int, chance: float) -> None:
    assert Disagreement(100, first, second).chance == chance


def test_thousands_of_disagreements_do_not_overflow() -> None:
    found = Disagreement(10_000, 1_600, 1_400).chance
    tail = sum(comb(3_000, number) for number in range(1_401))
    assert found == 2 * (tail / 2**3000)
    assert 0.0002 < found < 0.0003  # a normal distribution gives 0.00028: (1600 − 1400 − 1)/√3000 = 3.63


def test_only_examples_that_one_network_alone_gets_right_count() -> None:
    labels = np.array([0, 1, 2, 3, 4], np.uint8)
    first, second = np.array([0, 1, 2, 9, 9], np.uint8), np.array([0, 9, 9, 3, 8], np.uint8)
    assert Disagreement.of(first, second, labels) == Disagreement(5, 2, 1)
