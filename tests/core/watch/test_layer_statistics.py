import math

import numpy as np
import pytest

from tui_nn.analysis.passes import MOST_EXAMPLES
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.watch.layer_statistics import SATURATED, StatisticsWatch


def answered(activation: str, examples: int) -> tuple[StatisticsWatch, list[np.ndarray]]:
    """Return the statistics of an evaluation, and the activations of every layer, computed with plain NumPy."""
    random = np.random.default_rng(3)
    images = random.integers(0, 256, (examples, 784), dtype=np.uint8)
    config = NetworkConfig(hidden_sizes=(12, 7), activation=activation, weight_init="normal", weight_init_scale=0.4)
    mlp = new_network(config, seed=1)
    mlp.parameters.weights[0][:, :3] = 0
    mlp.parameters.biases[0][:3] = -1  # Three relu units that are never on.
    activity = StatisticsWatch(mlp)
    evaluate(mlp, images, np.zeros(examples, dtype=np.uint8), activity.watch)
    a, layers = scale_pixels(images, NetworkConfig()), []
    for layer in range(3):
        z = a @ mlp.parameters.weights[layer] + mlp.parameters.biases[layer]
        a = np.empty_like(z)
        mlp.activate(layer, z, a)
        layers.append(a.astype(np.float64))
    return activity, layers


@pytest.mark.parametrize("examples", [1, 50, MOST_EXAMPLES + 3])
@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
def test_sums_over_chunks_equal_numpy_on_all_examples(activation: str, examples: int) -> None:
    activity, layers = answered(activation, examples)
    for counted, a in zip(activity.layers, layers, strict=True):
        assert counted.mean == pytest.approx(a.mean(), rel=1e-5, abs=1e-7)
        assert counted.std == pytest.approx(a.std(), rel=1e-5, abs=1e-7)
    for counted, a in zip(activity.layers[:2], layers[:2], strict=True):
        dead, near = float((a == 0).all(axis=0).mean()), float((np.abs(a) > SATURATED).mean())
        assert counted.dead == pytest.approx(dead) if activation == "relu" else math.isnan(counted.dead)
        assert counted.saturated == pytest.approx(near) if activation == "tanh" else math.isnan(counted.saturated)
    if activation == "relu":
        assert activity.layers[0].dead >= 3 / 12
    assert math.isnan(activity.layers[2].dead)


def test_activations_whose_squares_are_not_finite_have_no_spread() -> None:
    """The number 1e200 is finite, but its square is not."""
    mlp = new_network(NetworkConfig(hidden_sizes=(3,), activation="identity", dtype="float64"))
    mlp.parameters.biases[0][:] = 1e200
    activity = StatisticsWatch(mlp)
    evaluate(mlp, np.zeros((4, 784), dtype=np.uint8), np.zeros(4, dtype=np.uint8), activity.watch)
    assert activity.layers[0].mean == pytest.approx(1e200)
    assert math.isnan(activity.layers[0].std)
