import math

import numpy as np
import pytest

from tui_nn.core.choices.initializers import INITIALIZERS, draw_biases
from tui_nn.core.choices.randomness import random_source

FAN_IN, FAN_OUT = 500, 300
SCALE = 0.4
HE, XAVIER, LECUN = math.sqrt(2 / 500), math.sqrt(2 / 800), math.sqrt(1 / 500)
STD = {
    "he_normal": HE,
    "he_uniform": HE,
    "xavier_normal": XAVIER,
    "xavier_uniform": XAVIER,
    "lecun_normal": LECUN,
    "lecun_uniform": LECUN,
    "normal": 0.4,
    "uniform": 0.4 / math.sqrt(3),  # variance of [−b, b]: b²/3
    "zeros": 0.0,
    "constant": 0.0,
}


@pytest.mark.parametrize("generator", ["pcg64", "legacy"])
@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_the_drawn_matrix_has_the_std_of_its_formula(name: str, generator: str) -> None:
    row = INITIALIZERS[name]
    matrix = row.draw(random_source(3, generator), FAN_IN, FAN_OUT, SCALE)
    assert matrix.shape == (FAN_IN, FAN_OUT)
    assert matrix.dtype == np.float64
    assert row.std(FAN_IN, FAN_OUT, SCALE) == pytest.approx(STD[name])
    # The std of 150,000 draws is within 1 % of the true one in all but one of 10^7 matrices; likewise the mean.
    assert matrix.std() == pytest.approx(STD[name], rel=0.01)
    assert matrix.mean() == pytest.approx(SCALE if name == "constant" else 0, abs=0.013 * STD[name] + 1e-15)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if "uniform" in name])
def test_a_uniform_matrix_fills_its_range(name: str) -> None:
    matrix = INITIALIZERS[name].draw(random_source(3, "pcg64"), FAN_IN, FAN_OUT, SCALE)
    bound = math.sqrt(3) * STD[name]
    assert 0.999 * bound < np.abs(matrix).max() <= bound
    assert np.mean(np.abs(matrix) < bound / 2) == pytest.approx(1 / 2, abs=0.01)


def test_a_normal_matrix_has_the_tails_of_a_normal() -> None:
    matrix = INITIALIZERS["he_normal"].draw(random_source(3, "pcg64"), FAN_IN, FAN_OUT, SCALE)
    assert np.mean(np.abs(matrix) < HE) == pytest.approx(0.6827, abs=0.01)


def test_constants() -> None:
    for name, value in (("zeros", 0.0), ("constant", SCALE)):
        assert (INITIALIZERS[name].draw(random_source(0, "pcg64"), 3, 2, SCALE) == value).all()


def test_legacy_uniform_is_drawn_as_the_notebook_draws() -> None:
    np.random.seed(40)
    expected = 2 * np.random.random((784, 64)) - 1
    drawn = INITIALIZERS["uniform"].draw(random_source(40, "legacy"), 784, 64, 1.0)
    assert np.array_equal(drawn, expected)


def test_a_seed_repeats_and_purposes_differ() -> None:
    def draw(seed: int, *purpose: int) -> float:
        return float(random_source(seed, "pcg64", *purpose).random())

    assert draw(1, 0) == draw(1, 0)
    assert len({draw(1, 0), draw(2, 0), draw(1, 1), draw(1, 1, 5)}) == 4


def test_biases_are_zero_or_normal() -> None:
    assert (draw_biases("zeros", random_source(0, "pcg64"), 5, 0.3) == 0).all()
    drawn = draw_biases("normal", random_source(0, "pcg64"), 100_000, 0.3)
    assert drawn.std() == pytest.approx(0.3, rel=0.01)
