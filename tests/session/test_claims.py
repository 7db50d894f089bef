"""Test that the sentences of the form which claim an outcome hold: each is run once, beside the settings that it names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hint_runs import trained

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.presets import load_preset

DEEP = (64, 64, 64, 64, 64)
INK = np.random.default_rng(1).normal(size=(200, 784)).astype(np.float32)


def alike(weight_init: str, **settings: Any) -> float:
    """Return the largest difference between two units of the hidden layer after an epoch, relative to their size."""
    network = trained(1, weight_init=weight_init, weight_init_scale=0.05, hidden_sizes=(16,), **settings).mlp
    weights = network.parameters.weights[0]
    return float(np.abs(weights - weights[:, :1]).max() / max(np.abs(weights).max(), 1e-12))


@pytest.mark.parametrize("weight_init", ["zeros", "constant"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_hidden_units_stay_equal_with_zeros_and_constant(weight_init: str, activation: str) -> None:
    """The form says so for zero biases and without dropout, and neither condition can be left out."""
    assert alike(weight_init, activation=activation) < 1e-3


@pytest.mark.parametrize("settings", [{"bias_init": "normal", "bias_init_scale": 1.0}, {"dropout": 0.5}])
def test_random_biases_and_dropout_make_equal_units_differ(settings: dict[str, Any]) -> None:
    assert alike("constant", **settings) > 0.01


def spread(activation: str, weight_init: str) -> float:
    """Return the root mean square of z in the last of five hidden layers, divided by that in the first."""
    config = NetworkConfig(hidden_sizes=(256,) * 5, activation=activation, weight_init=weight_init)
    network, a, strengths = new_network(config, seed=0), INK, []
    for weights in network.parameters.weights[:5]:
        z = a @ weights
        strengths.append(float(np.sqrt(np.mean(np.square(z)))))
        a = np.maximum(z, 0) if activation == "relu" else z
    return strengths[-1] / strengths[0]


@pytest.mark.parametrize(
    ("activation", "weight_init", "least", "most"),
    [("relu", "he_normal", 0.7, 1.4), ("relu", "lecun_normal", 0.0, 0.5), ("identity", "lecun_normal", 0.7, 1.4)],
)
def test_start_weights_keep_signals_equally_strong_where_the_form_says_so(
    activation: str, weight_init: str, least: float, most: float
) -> None:
    assert least < spread(activation, weight_init) < most


def test_sigmoid_is_slow_in_a_deep_network() -> None:
    slow, fast = (trained(2, hidden_sizes=DEEP, activation=name).record.test_accuracy for name in ("sigmoid", "relu"))
    assert slow < 0.3 < 0.7 < fast


def test_squared_error_of_sigmoids_shrinks_a_large_error_slowly() -> None:
    """At z = −8 with target 1, the slope of the squared error is over 1,000 times smaller than that of cross-entropy."""
    output = 1 / (1 + np.exp(8.0))
    squared, cross_entropy = (output - 1) * output * (1 - output), output - 1
    assert abs(squared) * 1000 < abs(cross_entropy)


@pytest.mark.slow
def test_the_results_of_the_quick_start_are_those_that_it_reports() -> None:
    record = {epochs: trained(epochs).record.test_accuracy for epochs in (5, 20)}
    said = load_preset("quick-start").reported
    assert f"about {record[5]:.0%}".replace("%", " %") in said
    assert f"{record[20]:.0%} after 20".replace("%", " %") in said


@pytest.mark.parametrize(
    ("settings", "least", "most"),
    [
        ({}, 0.05, 0.15),
        ({"bias_init": "normal", "bias_init_scale": 1.0}, 0.5, 1.0),
        ({"hidden_sizes": ()}, 0.7, 1.0),
    ],
)
def test_zero_weights_learn_nothing_only_with_zero_biases_and_a_hidden_layer(
    settings: dict[str, Any], least: float, most: float
) -> None:
    """So the form must not say that zeros always fail."""
    accuracy = trained(3, **{"weight_init": "zeros", **settings}).record.test_accuracy
    assert least < accuracy < most
