"""Attribution: the contributions add up to z, and the slopes equal central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tui_nn.analysis.attribution import attribute, unit_map, without_unit
from tui_nn.analysis.neighbours import nearest
from tui_nn.analysis.passes import last_hidden
from tui_nn.analysis.trace import trace
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels

Examples = tuple[Pixels, Labels]
MakeExamples = Callable[..., Examples]

SIZES = next(setting for setting in NetworkConfig.settings if setting.name == "hidden_sizes")
STRAIGHT = {"relu", "leaky_relu", "identity"}


def network(activation: str = "relu", hidden: tuple[int, ...] = (9, 7), **more: object) -> MLP:
    values = {"dtype": "float64", "bias_init": "normal", "bias_init_scale": 0.3} | more
    return new_network(NetworkConfig(hidden_sizes=hidden, activation=activation, **values), seed=5)


def logits(mlp: MLP, x: Array) -> Array:
    """Return z of the last layer for any real inputs, computed from the definitions."""
    for layer, (weight, bias) in enumerate(zip(mlp.parameters.weights, mlp.parameters.biases, strict=True)):
        z = x @ weight + (0 if bias is None else bias)
        x = np.empty_like(z)
        if layer < mlp.config.layer_count - 1:
            mlp.activation.function(z, x)
    return z


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_that_of_central_differences(activation: str, make_examples: MakeExamples) -> None:
    mlp, image = network(activation), make_examples(1)[0][0]
    found = attribute(mlp, image, (3, 8))
    step = 1e-6
    for pixel in (0, 200, 401, 783):
        nudge = np.zeros(784)
        nudge[pixel] = step
        slope = (logits(mlp, image / 255 + nudge) - logits(mlp, image / 255 - nudge)) / (2 * step)
        assert_allclose(found.gradients[:, pixel], slope[[3, 8]], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("sides", [(1, 0), (0, 1), (1, -1)])
def test_pixels_biases_and_rest_make_up_the_difference_of_the_logits(
    activation: str, use_bias: bool, sides: tuple[int, int], make_examples: MakeExamples
) -> None:
    mlp, image = network(activation, use_bias=use_bias), make_examples(1)[0][0]
    z = trace(mlp, image, 0).z[-1]
    part = attribute(mlp, image, (3, 8)).part(sides)
    assert_allclose(part.z, sides[0] * z[3] + sides[1] * z[8])
    assert_allclose(part.ups + part.downs + part.bias + part.rest, part.z)
    assert part.ups >= 0 >= part.downs
    if activation in STRAIGHT:
        assert abs(part.rest) < 1e-12
    if activation == "tanh":
        assert abs(part.rest) > 1e-6
    if not use_bias:
        assert part.bias == 0
    bias = mlp.parameters.biases[-1]
    last = 0.0 if bias is None else sides[0] * bias[3] + sides[1] * bias[8]
    assert_allclose(part.units.sum() + last, part.z)


def test_float32_and_float64_tell_the_same(make_examples: MakeExamples) -> None:
    image = make_examples(1)[0][0]
    one, other = (attribute(network(dtype=dtype), image, (1, 7)) for dtype in ("float32", "float64"))
    assert_allclose(one.gradients, other.gradients, rtol=1e-4, atol=1e-5)
    assert_allclose(one.z, other.z, rtol=1e-4)


def test_the_strongest_units_come_first_and_say_something_for_their_digit(make_examples: MakeExamples) -> None:
    found = attribute(network(hidden=(40,)), make_examples(1)[0][0], (3, 8))
    says = found.hidden * (found.weights[:, 0] - found.weights[:, 1])
    first, last = found.strongest_units(4)
    assert first == sorted(range(40), key=lambda unit: -says[unit])[:4]
    assert last == sorted(range(40), key=lambda unit: says[unit])[:4]
    assert not set(first) & set(last)


@pytest.mark.parametrize("hidden", [(9,), (9, 7)])
def test_a_unit_that_is_switched_off_is_as_if_its_weights_were_0(
    hidden: tuple[int, ...], make_examples: MakeExamples
) -> None:
    mlp, images = network(hidden=hidden), make_examples(1)[0]
    unit = int(last_hidden(mlp, images)[0].argmax())
    off = without_unit(mlp, images[0], unit)
    mlp.parameters.weights[-1][unit] = 0
    assert_allclose(off, evaluate(mlp, images, np.array([0])).outputs[0])


def test_the_map_of_a_unit_is_its_weights_or_behind_other_layers_its_gradient(make_examples: MakeExamples) -> None:
    image = make_examples(1)[0][0]
    flat = network(hidden=(9,))
    assert_allclose(unit_map(flat, image, 4), flat.parameters.weights[0][:, 4])
    deep = network("tanh")
    x, step = image / 255, 1e-6

    def z_of_unit(x: Array) -> float:
        a = np.tanh(x @ deep.parameters.weights[0] + deep.parameters.biases[0])
        return float((a @ deep.parameters.weights[1])[3])

    nudge = np.zeros(784)
    nudge[300] = step
    assert_allclose(
        unit_map(deep, image, 3)[300], (z_of_unit(x + nudge) - z_of_unit(x - nudge)) / (2 * step), rtol=1e-5, atol=1e-9
    )


@pytest.mark.skipif(not SIZES.accepts(()), reason="a network has at least one hidden layer")
def test_without_a_hidden_layer_the_pixels_stand_in_for_it(make_examples: MakeExamples) -> None:
    images = make_examples(3)[0]
    mlp = network(hidden=())
    assert_allclose(last_hidden(mlp, images), images / 255)
    found = attribute(mlp, images[0], (0, 1))
    assert_allclose(found.part((1, 0)).products, images[0] / 255 * mlp.parameters.weights[0][:, 0])


def test_the_nearest_are_found_by_the_last_hidden_layer(make_examples: MakeExamples) -> None:
    """The result is compared with all distances, computed one by one. A picture is nearest to itself, at distance 0."""
    mlp, images = network(hidden=(6,)), make_examples(50)[0]
    found = nearest(mlp, images[7], images, 5)
    hidden = last_hidden(mlp, images)
    distances = np.array([np.linalg.norm(hidden[7] - other) for other in hidden])
    assert found.indices.tolist() == np.argsort(distances, kind="stable")[:5].tolist()
    assert found.indices[0] == 7
    assert_allclose(found.distances, np.sort(distances)[:5], atol=1e-12)


def test_a_network_of_nan_has_no_neighbours_and_does_not_warn(make_examples: MakeExamples) -> None:
    mlp, images = network(), make_examples(4)[0]
    mlp.parameters.vector[...] = np.nan
    assert len(nearest(mlp, images[0], images, 3).indices) == 0
    found = attribute(mlp, images[0], (0, 1))
    assert np.isnan(found.part((1, -1)).rest)
    assert found.strongest_units(3) == ([], [])
    assert np.isnan(without_unit(mlp, images[0], 0)).all()
