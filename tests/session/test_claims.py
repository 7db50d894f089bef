"""Test that the sentences of the form which claim an outcome hold: each is run once, beside the settings that it names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hint_runs import DIGITS, session, trained

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.presets import load_preset
from tui_nn.render.init_card import StartFacts, init_sentences
from tui_nn.session.questions.probe import probe, probe_digits

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
    is_weak, activation = activation.startswith("weak "), activation.removeprefix("weak ")
    config = NetworkConfig(hidden_sizes=(256,) * 5, activation=activation, weight_init=weight_init)
    network, a, strengths = new_network(config, seed=0), INK * (0.1 if is_weak else 1.0), []
    for weights in network.parameters.weights[:5]:
        z = a @ weights
        strengths.append(float(np.sqrt(np.mean(np.square(z)))))
        a = {"relu": np.maximum(z, 0), "tanh": np.tanh(z)}.get(activation, z)
    return strengths[-1] / strengths[0]


@pytest.mark.parametrize(
    ("activation", "weight_init", "least", "most"),
    [
        ("relu", "he_normal", 0.7, 1.4),
        ("relu", "lecun_normal", 0.0, 0.5),
        ("identity", "lecun_normal", 0.7, 1.4),
        ("weak tanh", "xavier_normal", 0.7, 1.4),
        ("tanh", "xavier_normal", 0.0, 0.5),
    ],
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


@pytest.mark.parametrize("name", ["he", "xavier", "lecun"])
def test_uniform_start_weights_have_the_same_spread_without_extremes(name: str) -> None:
    normal, uniform = (
        new_network(NetworkConfig(weight_init=f"{name}_{kind}"), seed=0).parameters.weights[0]
        for kind in ("normal", "uniform")
    )
    assert float(uniform.std()) == pytest.approx(float(normal.std()), rel=0.02)
    assert np.abs(uniform).max() < 1.8 * uniform.std() < 3.5 * normal.std() < np.abs(normal).max()


def test_layers_without_an_activation_act_as_one_matrix() -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(30, 20), activation="identity", use_bias=False), seed=0)
    first, second, third = (weights.astype(np.float64) for weights in mlp.parameters.weights)
    test = DIGITS.test.first(20)
    z = test.images.reshape(20, -1) / 255 @ (first @ second @ third)
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    outputs = evaluate(mlp, test.images, test.labels).outputs
    assert np.allclose(outputs, shares / shares.sum(axis=1, keepdims=True), atol=1e-4)


@pytest.mark.parametrize(("slope", "most"), [(0.01, 0), (0.0, 1000)])
def test_leaky_units_die_only_with_the_slope_0(slope: float, most: int) -> None:
    """A dead unit gets no gradient at all, so an update without momentum leaves its weights."""
    run = session(hidden_sizes=(64,), activation="leaky_relu", leaky_slope=slope, optimizer="sgd", train_limit=500,
                  bias_init="normal", bias_init_scale=100.0)  # fmt: skip
    before = run.snapshot().parameters.weights[0].copy()
    run.step_batch()
    still = (run.snapshot().parameters.weights[0] == before).all(axis=0).sum()
    assert still <= most
    assert (still > 0) == (slope == 0.0)


def test_more_units_learn_finer_detail_and_cost_more() -> None:
    few, many = (trained(5, hidden_sizes=(units,), train_limit=1000) for units in (4, 64))
    assert many.record.train_loss < 0.5 * few.record.train_loss
    assert many.parameters.vector.size > 10 * few.parameters.vector.size


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "adamw"])
def test_a_rate_of_0_001_suits_adaptive_optimizers_and_the_default_does_not(optimizer: str) -> None:
    good, bad = (trained(2, optimizer=optimizer, learning_rate=rate).record.test_accuracy for rate in (0.001, 0.1))
    assert good > 0.85 > bad


def test_momentum_adds_up_gradients_that_point_the_same_way() -> None:
    """About 1 / (1 − m) of them: the steps grow to that multiple of the first one. Full batches hardly change direction."""
    run = session(optimizer="momentum", momentum=0.9, learning_rate=1e-5, batch_size=None, train_limit=300)
    places = [run.snapshot().parameters.vector.astype(np.float64).copy()]
    for _ in range(40):
        run.step_batch()
        places.append(run.snapshot().parameters.vector.astype(np.float64).copy())
    first, last = (float(np.linalg.norm(places[k + 1] - places[k])) for k in (0, 39))
    assert 8 < last / first < 11


def test_adamw_takes_the_same_share_of_every_weight_away() -> None:
    """Without a gradient only that is left: no ink reaches the weights of the pixels at the edge."""
    plain, shrunk = (
        trained(1, optimizer="adamw", learning_rate=0.01, l2=l2, train_limit=640, batch_size=None).parameters.weights[
            0
        ][0]
        for l2 in (0.0, 0.5)
    )
    assert np.allclose(shrunk, plain * (1 - 0.01 * 0.5), rtol=1e-4)


def test_r_trains_to_the_planned_epoch_and_then_as_many_again() -> None:
    plan = session(epochs=20).training
    assert [plan.plan_end(epoch) for epoch in (0, 7, 19, 20)] == [20, 20, 20, 40]


def test_the_same_seed_and_settings_give_the_same_start_weights_and_order() -> None:
    one, same = (trained(1, train_limit=500).record.train_loss for _ in range(2))
    assert one == same
    first = [
        session(hidden_sizes=(8,), seed=5, **more).snapshot().parameters.vector for more in ({}, {"train_limit": 99})
    ]
    assert np.array_equal(*first), "the start weights do not depend on the data"


def test_train_accuracy_is_below_test_accuracy_at_first_and_dropout_lowers_it() -> None:
    """Each batch is measured before its update, the test data after the epoch."""
    record = trained(1).record
    assert record.train_accuracy < record.test_accuracy
    assert trained(1, dropout=0.5).record.train_accuracy < record.train_accuracy


RATES = [
    {"learning_rate": 1e-6}, {"learning_rate": 1e-4}, {"learning_rate": 1e-3}, {"learning_rate": 0.01}, {},
    {"learning_rate": 0.3}, {"learning_rate": 3.0}, {"learning_rate": 10.0}, {"clip_norm": 1e-6},
    {"optimizer": "adam", "learning_rate": 1e-6}, {"optimizer": "adam", "learning_rate": 1e-3},
    {"optimizer": "sgd", "learning_rate": 1e-3}, {"optimizer": "sgd"}, {"schedule": "warmup", "warmup_epochs": 10.0},
    {"activation": "tanh", "weight_init": "xavier_normal"}, {"hidden_sizes": ()},
]  # fmt: skip


@pytest.mark.parametrize("settings", RATES, ids=str)
def test_the_init_card_expects_of_the_loss_what_the_first_batches_do(settings: dict[str, Any]) -> None:
    """The card promises that the loss falls only if the first update is neither too long nor too short."""
    run = session(train_limit=1280, **settings)
    start = run.snapshot()
    statistics = probe(start, DIGITS.test, probe_digits(DIGITS.test))
    said = dict(init_sentences(StartFacts(statistics, start.record.test_loss, np.log(10), 10, True)))["expect"]
    change = trained(1, train_limit=1280, **settings).record.test_loss / start.record.test_loss
    if "should fall" in said:
        assert change < 0.999
    elif "hardly change" in said:
        assert 0.99 < change < 1.01
    else:
        assert "may rise" in said
        assert change > 1


@pytest.mark.slow
def test_noise_helps_against_overfitting() -> None:
    """With few examples, moved and turned pictures give a better test accuracy, on each of three seeds."""
    for seed in range(3):
        plain, varied = (
            trained(40, train_limit=400, seed=seed, validation=0.0, noise=noise).record.test_accuracy
            for noise in ("none", "shift_rotation")
        )
        assert varied > plain + 0.01
