"""The accuracy on pictures with noise, rotation and shift."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.robustness import SWEEPS, measure
from tui_nn.analysis.transforms import rotate
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.loading import load_dataset


def test_every_point_is_the_accuracy_on_digits_changed_that_much() -> None:
    test = load_dataset().test.first(60)
    mlp = new_network(NetworkConfig(hidden_sizes=(8,)), seed=2)
    points = list(measure(mlp, test))
    assert [(sweep.name, level) for sweep, level, _ in points] == [(s.name, v) for s in SWEEPS for v in s.levels]
    found = {(sweep.name, level): share for sweep, level, share in points}
    plain = np.mean(evaluate(mlp, test.images, test.labels).predicted == test.labels)
    assert found["noise", 0.0] == found["rotation", 0] == found["shift", 0] == plain
    turned = evaluate(mlp, rotate(test.images, 45), test.labels)
    assert found["rotation", 45] == np.mean(turned.predicted == test.labels)
