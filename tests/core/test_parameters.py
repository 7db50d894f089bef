import pickle

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.parameters import Parameters, count_parameters


def test_the_vector_holds_layer_after_layer_weights_first() -> None:
    parameters = Parameters((3, 2, 1), True, np.arange(11.0))
    assert [weight.tolist() for weight in parameters.weights] == [[[0, 1], [2, 3], [4, 5]], [[8], [9]]]
    assert [bias.tolist() for bias in parameters.biases if bias is not None] == [[6, 7], [10]]


def test_without_biases() -> None:
    parameters = Parameters((3, 2, 1), False, np.arange(8.0))
    assert parameters.biases == (None, None)
    assert parameters.weights[1].tolist() == [[6], [7]]


@pytest.mark.parametrize(("use_bias", "count"), [(True, 784 * 128 + 128 + 128 * 10 + 10), (False, 784 * 128 + 1280)])
def test_count_parameters_counts_weights_and_biases(use_bias: bool, count: int) -> None:
    config = NetworkConfig(use_bias=use_bias)
    assert count_parameters(config.sizes, use_bias) == count
    assert Parameters.zeros(config).vector.shape == (count,)


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="11 numbers, not"):
        Parameters((3, 2, 1), True, np.zeros(10))


def test_the_views_are_the_vector() -> None:
    parameters = Parameters.zeros(NetworkConfig(hidden_sizes=(4,)))
    parameters.weights[1][2, 3] = 7
    assert np.count_nonzero(parameters.vector) == 1
    parameters.vector += 1
    assert parameters.weights[1][2, 3] == 8


def test_a_copy_is_read_only_and_stands_alone() -> None:
    parameters = Parameters.zeros(NetworkConfig(hidden_sizes=(4,)))
    copy = parameters.copy()
    parameters.vector[:] = 1
    assert not copy.vector.any()
    for array in (copy.vector, copy.weights[0], copy.biases[1]):
        assert array is not None
        assert not array.flags.writeable


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("use_bias", [True, False])
def test_a_pickle_brings_back_views_and_keeps_what_is_read_only(use_bias: bool, protocol: int) -> None:
    parameters = Parameters.zeros(NetworkConfig(hidden_sizes=(4,), use_bias=use_bias))
    parameters.vector[:] = np.arange(len(parameters.vector))
    for source in (parameters, parameters.copy()):
        copy = pickle.loads(pickle.dumps(source, protocol))
        assert np.array_equal(copy.vector, source.vector)
        assert np.shares_memory(copy.weights[1], copy.vector)
        assert copy.vector.flags.writeable == source.vector.flags.writeable
        assert (copy.biases[0] is not None) == use_bias
