"""The loss worked out in lines: what a learner gets who types them into a calculator."""

import math

import pytest

from tui_nn.render.loss_steps import loss_steps


def test_cross_entropy_is_the_logarithm_of_the_true_probability():
    assert loss_steps("softmax_cross_entropy", 7, 0.5, math.log(2)) == ["= −ln p(7)", "= −ln 0.5000", "= 0.69"]
    assert loss_steps("softmax_cross_entropy", 2, 0.1, math.log(10))[1] == "= −ln 0.1000"
    assert loss_steps("softmax_cross_entropy", 2, 2.394e-5, -math.log(2.394e-5)) == [
        "= −ln p(2)",
        "= −ln 0.00002394",
        "= 10.64",
    ]


@pytest.mark.parametrize("value", [0.001, 0.105, 0.7, 2.303, 4.61, 9.2103, 11.5, 11.6, 88.0, 103.3, 744.9, 2000.0])
def test_the_second_line_is_the_third(value):
    _, power, result = loss_steps("softmax_cross_entropy", 0, math.exp(-value), value)
    number = power.removeprefix("= −ln ").replace("−", "-")
    mantissa, _, exponent = number.partition("e")
    computed = -math.log(float(mantissa)) - int(exponent or 0) * math.log(10)
    assert float(result.removeprefix("= ")) == pytest.approx(computed, abs=0.0056)
    assert len(power) <= 18


def test_a_probability_below_any_float_is_still_a_number():
    assert loss_steps("softmax_cross_entropy", 1, 0.0, 1000.0) == ["= −ln p(1)", "= −ln 5.076e−435", "= 1000.00"]


def test_squared_error_is_the_true_part_and_the_others():
    # a = .2 for the true class: ½ (.2 − 1)² = .32; two others of .5: ½ (.25 + .25) = .25.
    assert loss_steps("sigmoid_mse", 3, 0.2, 0.57) == ["= Σ (a − y)² / 2", "= 0.32 + 0.25", "= 0.57"]


def test_rounded_parts_add_up():
    for value in (0.505, 0.515, 0.994, 4.444):
        parts, result = loss_steps("sigmoid_mse", 0, 0.0311, value)[1:]
        left, right = parts.removeprefix("= ").split(" + ")
        assert f"{float(left) + float(right):.2f}" == result.removeprefix("= ")


@pytest.mark.parametrize(("value", "shown"), [(math.nan, ["= −ln NaN", "= NaN"]), (math.inf, ["= −ln 0", "= Inf"])])
def test_what_is_no_number_is_said(value, shown):
    assert loss_steps("softmax_cross_entropy", 4, 0.0, value)[1:] == shown
    assert loss_steps("sigmoid_mse", 4, 0.0, value)[-1] == shown[-1]
