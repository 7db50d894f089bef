"""The passes of one batch, from float arrays of any number of columns."""

from itertools import product

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.backprop import Batch, backprop, backward
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.losses import LOSSES, write_targets
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Diverged, Labels, Parameters

LETTERS = NetworkConfig(
    hidden_sizes=(7, 5), activation="tanh", bias_init="normal", dtype="float64", input_size=64, output_size=26
)


def examples(config: NetworkConfig, n: int = 9) -> tuple[Array, Labels]:
    random = np.random.default_rng(1)
    return random.normal(size=(n, config.input_size)), random.integers(0, config.output_size, n)


def loaded(config: NetworkConfig, x: Array, labels: Labels) -> Batch:
    batch = Batch.empty(config, len(x))
    batch.x[...] = x
    write_targets(labels, batch.targets)
    return batch


def passed(mlp: MLP, x: Array, labels: Labels) -> tuple[Batch, Parameters, list[tuple[str, int]]]:
    batch, gradient = loaded(mlp.config, x, labels), Parameters.zeros(mlp.config)
    return batch, gradient, list(backprop(mlp, batch, gradient, 1 / len(x)))


def test_the_steps_come_in_order() -> None:
    _, _, steps = passed(new_network(LETTERS), *examples(LETTERS))
    assert steps == [
        ("z", 0), ("a", 0), ("z", 1), ("a", 1), ("z", 2), ("a", 2), ("loss", 2),
        ("delta", 2), ("gradient", 2), ("delta", 1), ("gradient", 1), ("delta", 0), ("gradient", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_gradient_is_the_slope_of_the_mean_loss_for_64_inputs_and_26_classes(loss: str) -> None:
    config = NetworkConfig(**{**LETTERS.to_dict(), "loss": loss}).for_data(64, 26)
    mlp, (x, labels) = new_network(config, 3), examples(config)
    _, gradient, _ = passed(mlp, x, labels)
    vector, step = mlp.parameters.vector, 1e-6
    for place in np.random.default_rng(0).choice(len(vector), 60, replace=False):
        losses = []
        for sign in (1, -1):
            vector[place] += sign * step
            losses.append(passed(mlp, x, labels)[0].loss / len(x))
            vector[place] -= sign * step
        numerical = (losses[0] - losses[1]) / (2 * step)
        assert gradient.vector[place] == pytest.approx(numerical, rel=1e-5, abs=1e-9)


def test_every_formula_beside_its_line_holds() -> None:
    mlp, (x, labels) = new_network(LETTERS, 2), examples(LETTERS)
    batch, gradient, _ = passed(mlp, x, labels)
    weights, biases = mlp.parameters.weights, mlp.parameters.biases
    inputs = [x, *batch.a[:-1]]
    for layer, layer_input in enumerate(inputs):
        bias, bias_gradient = biases[layer], gradient.biases[layer]
        assert bias is not None
        assert bias_gradient is not None
        np.testing.assert_allclose(batch.z[layer], layer_input @ weights[layer] + bias, rtol=1e-12)
        # BP4, BP3
        np.testing.assert_allclose(gradient.weights[layer], layer_input.T @ batch.delta[layer], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(bias_gradient, batch.delta[layer].sum(axis=0), rtol=1e-12, atol=1e-15)
    # BP1, BP2
    np.testing.assert_allclose(batch.delta[2], (batch.a[2] - np.eye(26)[labels]) / len(x), rtol=1e-12, atol=1e-15)
    for layer in (1, 0):
        expected = (batch.delta[layer + 1] @ weights[layer + 1].T) * (1 - np.tanh(batch.z[layer]) ** 2)
        np.testing.assert_allclose(batch.delta[layer], expected, rtol=1e-9, atol=1e-15)


def test_the_pass_back_takes_any_delta_of_the_last_layer() -> None:
    """With 1 at one logit of each example, the gradient is that of the sum of these logits."""
    mlp, (x, labels) = new_network(LETTERS, 2), examples(LETTERS)
    batch, gradient = loaded(LETTERS, x, labels), Parameters.zeros(LETTERS)
    list(mlp.forward(batch.x, batch.z, batch.a))
    batch.delta[-1][...] = np.eye(26)[labels]
    list(backward(mlp, batch, gradient))
    step, (weight, *_) = 1e-6, mlp.parameters.weights
    for row, unit in product((0, 30, 63), (0, 6)):
        sums = []
        for sign in (1, -1):
            weight[row, unit] += sign * step
            sums.append(mlp.layers(x)[0][-1][np.arange(len(x)), labels].sum())
            weight[row, unit] -= sign * step
        assert gradient.weights[0][row, unit] == pytest.approx((sums[0] - sums[1]) / (2 * step), rel=1e-6, abs=1e-9)


def test_a_loss_that_is_not_finite_stops_the_pass_before_it_goes_back() -> None:
    mlp, (x, labels) = new_network(LETTERS), examples(LETTERS)
    mlp.parameters.vector[:] = np.nan
    batch, gradient = loaded(LETTERS, x, labels), Parameters.zeros(LETTERS)
    with pytest.raises(Diverged, match="the loss"), np.errstate(all="ignore"):
        list(backprop(mlp, batch, gradient, 1.0))
    assert not gradient.vector.any()
