"""The statistics, compared with plain NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tui_nn.analysis.histogram import histogram, histogram_range
from tui_nn.analysis.passes import MOST_EXAMPLES
from tui_nn.analysis.statistics import NetworkStatistics, Summary, network_statistics, summarize
from tui_nn.analysis.trace import trace
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels

Examples = tuple[Pixels, Labels]
MakeExamples = Callable[..., Examples]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "identity": (lambda z: z, lambda z: np.ones_like(z)),
}


def computed_again(mlp: MLP, images: Pixels, labels: Labels) -> tuple[list[Array], list[Array], list[Array]]:
    """Return z, a and the gradient of the weights of every layer, computed in float64 from the definitions."""
    function, slope = ACTIVATIONS[mlp.config.activation]
    weights = [weight.astype(np.float64) for weight in mlp.parameters.weights]
    biases = [0 if bias is None else bias.astype(np.float64) for bias in mlp.parameters.biases]
    a = [images / 255]
    z = []
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        z.append(a[-1] @ weight + bias)
        if layer < len(weights) - 1:
            a.append(function(z[-1]))
    truth = np.eye(10)[labels]
    if mlp.config.loss == "softmax_cross_entropy":
        powers = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
        a.append(powers / powers.sum(axis=1, keepdims=True))
        delta = a[-1] - truth
    else:
        a.append(sigmoid(z[-1]))
        delta = (a[-1] - truth) * a[-1] * (1 - a[-1])
    gradients = []
    for layer in range(len(weights) - 1, -1, -1):
        gradients.insert(0, a[layer].T @ delta / len(images))
        if layer:
            delta = delta @ weights[layer].T * slope(z[layer - 1])
    return z, a[1:], gradients


def assert_summary(summary: Summary, values: Array, rtol: float) -> None:
    size = max(float(np.abs(values).max()), 1e-12)
    for name, expected in {
        "mean": np.mean(values),
        "std": np.std(values),
        "low": np.min(values),
        "high": np.max(values),
        "rms": np.sqrt(np.mean(values * values)),
    }.items():
        assert_allclose(getattr(summary, name), expected, rtol=rtol, atol=rtol * size, err_msg=name)
    assert summary.zeros == np.mean(summary.values == 0)
    assert_allclose(summary.values, values, rtol=rtol, atol=rtol * size)
    with pytest.raises(ValueError, match="read-only"):
        summary.values[...] = 1


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("dtype", "loss", "use_bias", "rtol"),
    [("float64", "softmax_cross_entropy", True, 1e-10), ("float32", "sigmoid_mse", False, 2e-4)],
)
def test_every_summary_is_that_of_the_definitions(
    activation: str, dtype: str, loss: str, use_bias: bool, rtol: float, make_examples: MakeExamples
) -> None:
    config = NetworkConfig(
        hidden_sizes=(12, 7), activation=activation, dtype=dtype, loss=loss, use_bias=use_bias, bias_init="normal"
    )
    mlp, (images, labels) = new_network(config, seed=3), make_examples(40)
    found = network_statistics(mlp, images, labels)
    z, a, gradients = computed_again(mlp, images, labels)
    assert found.examples == 40
    assert_summary(found.pixels, images / 255, rtol)
    assert [layer.activation_name for layer in found.layers] == [
        activation,
        activation,
        "softmax" if loss == "softmax_cross_entropy" else "sigmoid",
    ]
    for number, layer in enumerate(found.layers):
        assert_summary(layer.z, z[number], rtol)
        assert_summary(layer.a, a[number], rtol)
        assert_summary(layer.weights, mlp.parameters.weights[number], rtol)
        assert_summary(layer.gradient, gradients[number], rtol)
        assert layer.z.values.dtype == dtype
        assert (layer.dead is None) == (activation != "relu" or number == 2)
        assert (layer.saturated is None) == (activation not in ("sigmoid", "tanh") or number == 2)


def test_parameters_are_counted_as_arithmetic(make_examples: MakeExamples) -> None:
    with_bias = network_statistics(new_network(NetworkConfig()), *make_examples(4))
    assert [layer.arithmetic for layer in with_bias.layers] == ["784 × 128 + 128 = 100,480", "128 × 10 + 10 = 1,290"]
    assert with_bias.parameter_count == 101_770
    without = network_statistics(new_network(NetworkConfig(use_bias=False)), *make_examples(4))
    assert [layer.arithmetic for layer in without.layers] == ["784 × 128 = 100,352", "128 × 10 = 1,280"]
    assert without.parameter_count == new_network(NetworkConfig(use_bias=False)).parameters.vector.size


def with_biases(activation: str, biases: list[float], scale: float = 0.0) -> MLP:
    """Return a network with one hidden layer, whose units have these biases and weights of this std."""
    config = NetworkConfig(
        hidden_sizes=(len(biases),), activation=activation, weight_init="normal", weight_init_scale=scale
    )
    mlp = new_network(config)
    bias = mlp.parameters.biases[0]
    assert bias is not None
    bias[:] = biases
    return mlp


def test_dead_units_are_those_that_give_0_for_every_example(make_examples: MakeExamples) -> None:
    """Units 0 and 1 have z far below 0, and unit 2 far above. Unit 3 is on for one example in four, so it is alive."""
    mlp = with_biases("relu", [-50, -50, 50, 0])
    images, labels = make_examples(4)
    images = np.zeros_like(images)
    images[2, 7] = 255
    mlp.parameters.weights[0][7, 3] = 1
    layer = network_statistics(mlp, images, labels).layers[0]
    assert layer.dead == 2
    assert layer.health == "dead 50 %"
    assert layer.a.zeros == (4 + 4 + 0 + 3) / 16


def test_one_example_proves_no_unit_dead(make_examples: MakeExamples) -> None:
    layer = network_statistics(with_biases("relu", [-50, 50]), *make_examples(1)).layers[0]
    assert layer.a.zeros == 0.5
    assert layer.dead is None
    assert layer.health == "ok"


@pytest.mark.parametrize(("activation", "limit"), [("tanh", np.arctanh(0.97)), ("sigmoid", -np.log(1 / 0.985 - 1))])
def test_saturated_is_the_share_of_activations_near_a_limit(
    activation: str, limit: float, make_examples: MakeExamples
) -> None:
    """|a| above .97 of a tanh; of a sigmoid above .985 or below .015: either side of the limit, at both ends."""
    mlp = with_biases(activation, [limit + 0.01, limit - 0.01, -limit - 0.01, -limit + 0.01, 0])
    layer = network_statistics(mlp, *make_examples(3)).layers[0]
    assert layer.saturated == 2 / 5
    assert layer.health == "ok"
    mlp = with_biases(activation, [limit + 0.01, -limit - 0.01])
    assert network_statistics(mlp, *make_examples(3)).layers[0].health == "saturated"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_network_that_is_not_finite_has_statistics_all_the_same(value: float, make_examples: MakeExamples) -> None:
    """The second layer is not finite. The first layer keeps its numbers, and no gradient is finite."""
    mlp = new_network(NetworkConfig(hidden_sizes=(6, 5)))
    mlp.parameters.weights[1][0, 0] = value
    found = network_statistics(mlp, *make_examples(8))
    first, second, last = found.layers
    assert np.isfinite([first.z.mean, first.a.high, first.weights.rms, last.weights.mean]).all()
    assert not np.isfinite([second.z.mean, second.a.mean, second.weights.mean, last.z.mean, last.a.mean]).any()
    assert np.isnan([layer.gradient.mean for layer in found.layers]).all()
    assert [layer.health for layer in found.layers] == ["NaN"] * 3


def test_numbers_too_large_for_float32_overflow_without_a_warning(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(weight_init="constant", weight_init_scale=100.0))
    mlp.parameters.vector *= 1e36
    found = network_statistics(mlp, *make_examples(4))
    assert found.layers[0].a.high == np.inf
    assert found.layers[1].health == "NaN"


def test_statistics_change_nothing_and_do_not_change_with_the_network(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(6,)))
    before = mlp.parameters.vector.copy()
    found = network_statistics(mlp, *make_examples(4))
    assert_array_equal(mlp.parameters.vector, before)
    mlp.parameters.vector[:] = 7
    assert_array_equal(found.layers[0].weights.values.ravel(), before[: 784 * 6])


@pytest.mark.parametrize("count", [0, MOST_EXAMPLES + 1])
def test_statistics_need_a_number_of_examples_that_fits(count: int, make_examples: MakeExamples) -> None:
    with pytest.raises(ValueError, match=f"not {count}"):
        network_statistics(new_network(NetworkConfig(hidden_sizes=(2,))), *make_examples(count))


def test_float32_numbers_are_added_up_in_float64() -> None:
    values = np.random.default_rng(0).standard_normal(100_000).astype(np.float32) + np.float32(1000)
    exact = values.astype(np.float64)
    found = summarize(values)
    assert found.mean == pytest.approx(exact.mean(), rel=1e-12)
    assert found.std == pytest.approx(exact.std(), rel=1e-12)
    assert found.rms == pytest.approx(np.sqrt(np.mean(exact**2)), rel=1e-12)


# ---- histograms


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_histogram_counts_like_numpys_without_the_zeros(dtype: str) -> None:
    values = np.random.default_rng(0).standard_normal((40, 25)).astype(dtype)
    values[values < -0.5] = 0
    found = histogram(values, -2.0, 2.0, 16)
    expected, _ = np.histogram(values[values != 0].astype(np.float64), bins=16, range=(-2.0, 2.0))
    assert_array_equal(found.counts, expected)
    assert found.counts.sum() < np.count_nonzero(values)


def test_edges_belong_to_the_outer_bins_and_what_is_not_finite_to_none() -> None:
    values = np.array([-1.0, -1.1, -0.001, 0.0, 0.001, 1.0, 1.1, np.nan, np.inf, -np.inf])
    assert histogram(values, -1.0, 1.0, 2).counts.tolist() == [2, 2]


def test_the_range_has_0_in_the_middle_for_both_signs() -> None:
    values = np.linspace(-1, 3, 10_001)
    found = histogram_range(values)
    assert found is not None
    low, high = found
    assert low == -high
    assert high == pytest.approx(np.quantile(values, 0.995), rel=1e-3)


def test_the_range_of_one_sign_starts_or_ends_at_0() -> None:
    up, down = histogram_range(np.linspace(2, 3, 1001)), histogram_range(np.linspace(-3, -2, 1001))
    assert up == (0.0, pytest.approx(2.995))
    assert down == (pytest.approx(-2.995), 0.0)


def test_the_range_leaves_stragglers_out_and_holds_all_arrays() -> None:
    calm = np.random.default_rng(1).uniform(-1, 1, 100_000)
    calm[:50] = 1e6
    wide = np.random.default_rng(2).uniform(-5, 5, 1000)
    (_, alone), (_, together) = histogram_range(calm) or (0, 0), histogram_range(calm, wide) or (0, 0)
    assert 0.95 < alone < 1
    assert 4.9 < together < 5


@pytest.mark.parametrize("values", [np.zeros(5), np.full(5, np.nan), np.array([0, np.inf])])
def test_there_is_no_range_without_a_finite_value_but_0(values: Array) -> None:
    assert histogram_range(values) is None


# ---- one example


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_mse"])
def test_a_trace_is_one_examples_forward_pass(loss: str, make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(9, 5), loss=loss, dtype="float64"), seed=1)
    images, labels = make_examples(6)
    found = trace(mlp, images[4], int(labels[4]))
    z, a, _ = computed_again(mlp, images[4:5], labels[4:5])
    assert_allclose(found.x, images[4] / 255)
    for layer in range(3):
        assert_allclose(found.z[layer], z[layer][0], rtol=1e-10)
        assert_allclose(found.a[layer], a[layer][0], rtol=1e-10)
    assert found.loss == pytest.approx(float(evaluate(mlp, images, labels).losses[4]))
    for array in (found.x, *found.z, *found.a):
        assert not array.flags.writeable


def test_a_trace_of_a_broken_network_has_no_loss(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(4,)))
    mlp.parameters.vector[:] = np.nan
    images, labels = make_examples(1)
    found = trace(mlp, images[0], int(labels[0]))
    assert np.isnan(found.loss)
    assert np.isnan(found.a[-1]).all()


def test_one_example_and_its_trace_agree(make_examples: MakeExamples) -> None:
    mlp, (images, labels) = new_network(NetworkConfig(hidden_sizes=(9,))), make_examples(3)
    statistics: NetworkStatistics = network_statistics(mlp, images[2:], labels[2:])
    assert_array_equal(statistics.layers[0].a.values[0], trace(mlp, images[2], int(labels[2])).a[0])
