"""The responses of single units, compared with plain NumPy on all activations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tui_nn.analysis import passes
from tui_nn.analysis.passes import Stopped, layer_values
from tui_nn.analysis.units import STRONGEST, UnitResponses, count_correct, unit_responses
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP

SIZES = (12, 7)


def made(count: int = 300, **settings: Any) -> tuple[MLP, np.ndarray, np.ndarray]:
    """Return a network and noise pictures with labels, without examples of class 9."""
    random = np.random.default_rng(5)
    images = (random.integers(0, 256, (count, 784)) * (random.random((count, 784)) < 0.05)).astype(np.uint8)
    labels = random.integers(0, 9, count).astype(np.uint8)
    return new_network(NetworkConfig(hidden_sizes=SIZES, **settings), 3), images, labels


def all_at_once(mlp: MLP, images: np.ndarray, layer: int) -> np.ndarray:
    """Return all activations of a layer, computed from the definitions."""
    a = scale_pixels(images, mlp.config)
    for number in range(layer + 1):
        z = a @ mlp.parameters.weights[number]
        if (bias := mlp.parameters.biases[number]) is not None:
            z = z + bias
        a = np.empty_like(z)
        mlp.activate(number, z, a)
    return a.astype(np.float64)


@pytest.fixture(autouse=True)
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the measurement use several parts, the last one shorter, as with thousands of examples."""
    monkeypatch.setattr(passes, "_MOST_VALUES", 784 * 64)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_every_number_is_plain_numpys(activation: str, layer: int) -> None:
    mlp, images, labels = made(activation=activation)
    a = all_at_once(mlp, images, layer)
    found = unit_responses(mlp, layer, images, labels)
    close = {"rtol": 0, "atol": 1e-6}
    for digit in range(9):
        np.testing.assert_allclose(found.by_class[digit], a[labels == digit].mean(axis=0), **close)
    assert np.isnan(found.by_class[9]).all()
    np.testing.assert_allclose(found.mean, a.mean(axis=0), **close)
    np.testing.assert_allclose(found.low, a.min(axis=0), **close)
    np.testing.assert_allclose(found.high, a.max(axis=0), **close)
    level = 0.5 if layer == 2 or activation == "sigmoid" else 0
    assert found.on_level == level
    np.testing.assert_allclose(found.on, (a > level).mean(axis=0), **close)
    means = np.array([a[labels == digit].mean(axis=0) for digit in range(9)])
    np.testing.assert_allclose(found.class_selectivity, means[labels].var(axis=0) / a.var(axis=0), **close)
    np.testing.assert_allclose(found.strongest_a, -np.sort(-a, axis=0)[:STRONGEST], **close)
    np.testing.assert_allclose(np.take_along_axis(a, found.strongest, axis=0), found.strongest_a, **close)


def test_a_dead_unit_differs_from_a_constant_one() -> None:
    """Only a unit that can die is dead. A unit with a constant output has a class selectivity of 0."""
    mlp, images, labels = made(bias_init="zeros")
    mlp.parameters.weights[0][:, 4] = -1
    found = unit_responses(mlp, 0, images, labels)
    assert found.dead.tolist() == [unit == 4 for unit in range(12)]
    assert found.class_selectivity[4] == found.on[4] == 0
    quiet, images, labels = made(activation="tanh")
    quiet.parameters.weights[0][:, 4] = 0
    assert not unit_responses(quiet, 0, images, labels).dead.any()


def test_few_examples_and_one_class() -> None:
    mlp, images, _ = made(3)
    found = unit_responses(mlp, 0, images, np.full(3, 7, dtype=np.uint8))
    assert found.strongest.shape == (3, 12)
    assert (found.class_selectivity == 0).all()


def test_numbers_that_are_not_finite_are_passed_on() -> None:
    mlp, images, labels = made()
    mlp.parameters.weights[0][...] = np.nan
    found: UnitResponses = unit_responses(mlp, 0, images, labels)
    assert np.isnan(found.mean).all()
    assert not found.dead.any()


def test_a_measurement_stops_on_request() -> None:
    mlp, images, labels = made()
    with pytest.raises(Stopped):
        unit_responses(mlp, 0, images, labels, iter([False, True]).__next__)


def test_layer_minus_1_is_the_pixels_that_enter() -> None:
    mlp, images, _ = made()
    found = np.concatenate([a for _, _, a in layer_values(mlp, -1, images)])
    assert np.array_equal(found, scale_pixels(images, NetworkConfig()))


def test_correct_predictions_are_counted() -> None:
    mlp, images, labels = made()
    assert count_correct(mlp, images, labels) == (evaluate(mlp, images, labels).predicted == labels).sum()
