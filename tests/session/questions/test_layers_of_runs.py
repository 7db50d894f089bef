"""The layers of two runs beside each other: which layers form a pair, and what is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.questions.layers_of_runs import MeasuredRun, paired_layers
from tui_nn.session.run.run_set import NamedRun
from tui_nn.session.run.session import Session

DATA = load_bundled()
SMALL = replace(DATA, train=DATA.train.first(40), test=DATA.test.first(20))


def measured(*hidden_sizes: int) -> MeasuredRun:
    summary = Session(SMALL, NetworkConfig(hidden_sizes=hidden_sizes), TrainingConfig()).summary()
    return MeasuredRun.of(NamedRun("A", "quick-start", summary, SMALL.test))


def test_hidden_layers_are_paired_from_the_input_and_the_outputs_are_the_last_pair():
    deep, flat = measured(6, 5, 4), measured(7)
    pairs = [
        (name, one and one.fan_out, other and other.fan_out)
        for name, one, other in paired_layers(deep.statistics, flat.statistics)
    ]
    assert pairs == [("layer 0", 6, 7), ("layer 1", 5, None), ("layer 2", 4, None), ("output", 10, 10)]
    none = measured()
    assert [name for name, *_ in paired_layers(none.statistics, none.statistics)] == ["output"]


def test_a_run_is_measured_with_the_parameters_of_its_summary():
    found = measured(6, 5)
    weights = found.run.summary.parameters.weights
    for layer, weight in zip(found.statistics.layers, weights, strict=True):
        assert layer.weights.rms == pytest.approx(np.sqrt(np.mean(np.square(weight))))
    assert found.statistics.examples == 20


def test_the_gradient_of_the_first_layer_is_compared_with_that_of_the_last():
    deep, flat = measured(6, 5), measured()
    first, *_, last = (layer.gradient.rms for layer in deep.statistics.layers)
    assert deep.gradient_ratio == first / last
    assert np.isnan(flat.gradient_ratio)
