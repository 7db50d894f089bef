from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.analysis.gradient_check import check_gradient
from tui_nn.analysis.passes import MOST_EXAMPLES
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.initializers import new_network

MakeExamples = Callable[..., tuple[np.ndarray, np.ndarray]]


def random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_rows_are_named_and_sorted_worst_first(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(3,), activation="tanh"))
    rows = check_gradient(mlp, *make_examples(4), 200, random())
    assert len(rows) == 200
    errors = [row.relative_error for row in rows]
    assert errors == sorted(errors, reverse=True)
    assert {row.layer for row in rows} == {0, 1}
    for row in rows:
        shape = (784, 3) if row.layer == 0 else (3, 10)
        assert all(0 <= part < size for part, size in zip(row.index, shape[-len(row.index) :], strict=True))


def test_every_parameter_is_checked_once_if_all_are_requested(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(1,), activation="tanh"))
    rows = check_gradient(mlp, *make_examples(2), 10_000, random())
    assert len({(row.layer, row.index) for row in rows}) == len(rows) == 784 + 1 + 10 + 10


def test_a_wrong_slope_is_found(make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(3,), activation="tanh"))

    def wrong(z: np.ndarray, a: np.ndarray, out: np.ndarray, scratch: np.ndarray) -> None:
        out[...] = 1 - 0.999 * a * a

    assert check_gradient(mlp, *make_examples(4), 50, random())[0].relative_error < 1e-6
    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], slope=wrong))
    mlp = new_network(mlp.config)
    assert check_gradient(mlp, *make_examples(4), 50, random())[0].relative_error > 1e-4


def test_a_float32_network_is_checked_in_float64_and_not_changed(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(30,)))
    before = mlp.parameters.vector.copy()
    rows = check_gradient(mlp, *make_examples(20), 50, random())
    assert rows[0].relative_error < 1e-6
    assert np.array_equal(mlp.parameters.vector, before)


def test_parameters_at_a_corner_are_passed_over(make_examples: MakeExamples) -> None:
    # All z are 0, so a step of any weight or bias of the first layer crosses the kink, and none of the second layer does.
    mlp = new_network(NetworkConfig(hidden_sizes=(2,), weight_init="zeros", activation="relu"))
    rows = check_gradient(mlp, *make_examples(3), 10_000, random())
    assert {row.layer for row in rows} == {1}
    assert len(rows) == 2 * 10 + 10


@pytest.mark.parametrize("count", [0, MOST_EXAMPLES + 1])
def test_no_examples_or_too_many_are_refused(count: int, make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(2,)))
    with pytest.raises(ValueError, match="1 to 2048 examples"):
        check_gradient(mlp, *make_examples(count), 5, random())


def test_every_part_is_drawn_from_and_first_what_can_be_wrong(make_examples: MakeExamples) -> None:
    images, labels = make_examples(6)
    images[:, :600] = 0
    mlp = new_network(NetworkConfig(hidden_sizes=(12, 12), activation="tanh"))
    rows = check_gradient(mlp, images, labels, 24, random())
    parts = [(row.layer, len(row.index)) for row in rows]
    assert {part: parts.count(part) for part in parts} == {(layer, kind): 4 for layer in range(3) for kind in (1, 2)}
    assert all(row.index[0] >= 600 for row in rows if (row.layer, len(row.index)) == (0, 2))
    assert all(row.backprop for row in rows)
