"""Edits of weights, biases and units on a copy of the parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit, edited, with_edit, without_edit
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP

NETWORK = NetworkConfig(hidden_sizes=(6, 5))


def test_each_kind_changes_its_place_and_nothing_else() -> None:
    parameters = new_network(NETWORK, 1).parameters
    before = parameters.vector.copy()
    found = edited(parameters, (Edit(WEIGHT, 1, 4, 2, 0.5), Edit(BIAS, 0, 3, value=-2.0), Edit(OFF, 0, 1)))
    assert np.array_equal(parameters.vector, before)
    assert found.weights[1][2, 4] == 0.5
    assert found.biases[0] is not None
    assert found.biases[0][3] == -2
    assert (found.weights[1][1] == 0).all()
    assert np.count_nonzero(found.vector != before) == 1 + 1 + 5
    assert not found.vector.flags.writeable


def test_a_unit_that_is_off_has_no_effect_on_the_outputs() -> None:
    """An edit of an outgoing weight does not switch the unit on, in any order of the edits."""
    mlp = new_network(NETWORK, 1)
    images = np.random.default_rng(0).integers(0, 256, (20, 784), dtype=np.uint8)
    labels = np.zeros(20, dtype=np.uint8)
    off = (Edit(OFF, 0, 1), Edit(WEIGHT, 1, 0, 1, 9.0))
    hidden = evaluate(MLP(NETWORK, edited(mlp.parameters, off)), images, labels).outputs
    other = evaluate(MLP(NETWORK, edited(mlp.parameters, (*off, Edit(BIAS, 0, 1, value=50.0)))), images, labels).outputs
    assert np.array_equal(hidden, other)


def test_of_two_edits_of_one_number_the_last_counts() -> None:
    edits = with_edit(with_edit((), Edit(BIAS, 0, 3, value=1.0)), Edit(BIAS, 0, 3, value=2.0))
    assert edits == (Edit(BIAS, 0, 3, value=2.0),)
    assert without_edit(edits, Edit(BIAS, 0, 3)) == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("prune", 0, 0), "not 'prune'"),
        (Edit(BIAS, 3, 0), "there is no layer 3"),
        (Edit(BIAS, 0, 6), "layer 0 has no unit 6"),
        (Edit(WEIGHT, 1, 0, 6), "there is no weight from input 6"),
        (Edit(OFF, 2, 0), "an output cannot be switched off"),
        (Edit(BIAS, 0, 0, value=math.nan), "nan is not a finite number"),
    ],
)
def test_an_impossible_edit_is_refused_with_its_reason(edit: Edit, words: str) -> None:
    assert words in edit.fault(NETWORK)
    assert Edit(WEIGHT, 2, 9, 4, 1.0).fault(NETWORK) == ""
    assert "no biases" in Edit(BIAS, 0, 0).fault(NetworkConfig(use_bias=False))


@pytest.mark.parametrize("edit", [Edit(WEIGHT, 0, 0, 0, 1e39), Edit(BIAS, 0, 0, value=-1e39)])
@pytest.mark.filterwarnings("error")
def test_a_value_too_large_for_the_type_warns_nowhere(edit: Edit) -> None:
    """NumPy's warning would be printed over the screen."""
    assert np.isinf(edited(new_network(NETWORK, 1).parameters, (edit,)).vector).sum() == 1
