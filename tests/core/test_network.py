import pickle
from collections.abc import Callable

import numpy as np
import pytest

from tui_nn.analysis.passes import MOST_EXAMPLES
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.fast.evaluation import Evaluation, evaluate

Examples = tuple[np.ndarray, np.ndarray]
MakeExamples = Callable[..., Examples]


def test_pixels_become_numbers_from_0_to_1() -> None:
    scaled = scale_pixels(np.array([[0, 51, 255]], dtype=np.uint8), NetworkConfig())
    assert scaled.dtype == np.float32
    assert scaled.tolist() == [[0, np.float32(0.2), 1]]


def test_evaluation_against_a_plain_loop(make_examples: MakeExamples) -> None:
    images, labels = make_examples(20)
    config = NetworkConfig(hidden_sizes=(7, 5), activation="tanh", bias_init="normal", dtype="float64")
    mlp = new_network(config, seed=4)
    evaluation = evaluate(mlp, images, labels)
    (w0, w1, w2), (b0, b1, b2) = mlp.parameters.weights, mlp.parameters.biases
    for n in range(20):
        z = np.tanh(np.tanh(images[n] / 255 @ w0 + b0) @ w1 + b1) @ w2 + b2
        p = np.exp(z) / np.exp(z).sum()
        assert evaluation.outputs[n] == pytest.approx(p, rel=1e-12)
        assert evaluation.losses[n] == pytest.approx(-np.log(p[labels[n]]), rel=1e-12)
        assert evaluation.predicted[n] == p.argmax()
    assert evaluation.loss == pytest.approx(evaluation.losses.mean())


def test_more_examples_than_a_chunk_are_answered_alike(make_examples: MakeExamples) -> None:
    images, labels = make_examples(MOST_EXAMPLES + 100)
    mlp = new_network(NetworkConfig(hidden_sizes=(6,), dtype="float64"))
    whole, rest = evaluate(mlp, images, labels), evaluate(mlp, images[MOST_EXAMPLES:], labels[MOST_EXAMPLES:])
    # The values agree, not the bits: a BLAS kernel may add up a product in another order when it has fewer rows.
    np.testing.assert_allclose(whole.outputs[MOST_EXAMPLES:], rest.outputs, rtol=1e-12)
    np.testing.assert_allclose(whole.losses[MOST_EXAMPLES:], rest.losses, rtol=1e-12)
    assert len(whole.predicted) == MOST_EXAMPLES + 100


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_mse"])
def test_numbers_that_are_not_finite_give_nan_and_no_warning(loss: str, make_examples: MakeExamples) -> None:
    images, labels = make_examples(5)
    mlp = new_network(NetworkConfig(hidden_sizes=(6,), loss=loss))
    for value in (np.nan, np.inf, 1e38):
        mlp.parameters.vector[:] = value
        evaluation = evaluate(mlp, images, labels)
        assert evaluation.predicted.max() <= 9
    mlp.parameters.vector[:] = np.nan
    assert np.isnan(evaluate(mlp, images, labels).loss)


def test_an_evaluation_is_read_only_also_after_a_pickle(make_examples: MakeExamples) -> None:
    evaluation = evaluate(new_network(NetworkConfig(hidden_sizes=(3,))), *make_examples(4))
    for copy in (evaluation, pickle.loads(pickle.dumps(evaluation))):
        assert isinstance(copy, Evaluation)
        for array in (copy.outputs, copy.losses, copy.predicted):
            assert not array.flags.writeable
        assert np.array_equal(copy.outputs, evaluation.outputs)


def test_start_weights_follow_from_the_seed_alone() -> None:
    config = NetworkConfig(hidden_sizes=(8,), bias_init="normal")
    first, again, other = (new_network(config, seed).parameters.vector for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_start_weights_are_drawn_layer_by_layer_weights_before_biases() -> None:
    """The notebooks draw them in this order, from the single legacy generator."""
    config = NetworkConfig(
        hidden_sizes=(8,), weight_init="lecun_normal", bias_init="normal", bias_init_scale=0.01, dtype="float64"
    )
    parameters = new_network(config, 7, "legacy").parameters
    np.random.seed(7)
    expected = [
        np.random.randn(784, 8) * np.sqrt(1 / 784),
        np.random.randn(8) * 0.01,
        np.random.randn(8, 10) * np.sqrt(1 / 8),
        np.random.randn(10) * 0.01,
    ]
    assert parameters.vector == pytest.approx(np.concatenate([part.ravel() for part in expected]), rel=1e-15)


def test_a_float32_network_starts_as_the_float64_one_rounded() -> None:
    wide = new_network(NetworkConfig(hidden_sizes=(8,), dtype="float64")).parameters.vector
    narrow = new_network(NetworkConfig(hidden_sizes=(8,))).parameters.vector
    assert np.array_equal(wide.astype(np.float32), narrow)


def test_a_mean_loss_is_added_up_in_float64() -> None:
    """In float32, a large loss among 100,000 would absorb the losses that are added after it."""
    losses = np.full(100_000, 0.1, dtype=np.float32)
    losses[0] = 1e9
    answers = Evaluation(np.zeros((1, 10)), losses, np.zeros(1, dtype=np.uint8))
    assert answers.loss == pytest.approx((1e9 + 99_999 * float(np.float32(0.1))) / 100_000, rel=1e-12)
