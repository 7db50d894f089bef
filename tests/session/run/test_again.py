"""What two runs have in common, against the start weights themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.session.run.again import common_words, same_start_layers

NETWORK = NetworkConfig(hidden_sizes=(6, 5, 4))
TRAINING = TrainingConfig(seed=3)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, 4),
        ({"activation": "tanh"}, 4),
        ({"hidden_sizes": (6, 5, 3)}, 2),
        ({"hidden_sizes": (6, 9, 4)}, 1),
        ({"hidden_sizes": (7, 5, 4)}, 0),
        ({"hidden_sizes": (6, 5, 4, 4)}, 3),
        ({"hidden_sizes": ()}, 0),
        ({"weight_init": "normal"}, 0),
    ],
)
def test_the_layers_before_the_first_other_shape_start_alike(change: dict[str, Any], same: int) -> None:
    other = replace(NETWORK, **change)
    assert same_start_layers(NETWORK, TRAINING, other, TRAINING) == same
    weights, others = (
        new_network(config, TRAINING.seed, TRAINING.generator).parameters.weights for config in (NETWORK, other)
    )
    alike = [np.array_equal(a, b) for a, b in zip(weights, others, strict=False)]
    assert alike == [True] * same + [False] * (len(alike) - same)


def test_the_words_name_weights_and_order() -> None:
    wide = replace(NETWORK, hidden_sizes=(6, 5, 9))
    assert common_words(NETWORK, TRAINING, wide, TRAINING) == (
        "the same start weights in the first 2 layers of 4, the same order of examples"
    )
    faster = replace(TRAINING, learning_rate=1.0)
    assert common_words(NETWORK, TRAINING, NETWORK, faster) == "the same start weights, the same order of examples"
    other_seed = replace(TRAINING, seed=4)
    assert common_words(NETWORK, TRAINING, NETWORK, other_seed) == "other start weights, another order of examples"
