import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.run.session import Session

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(150), test=BUNDLED.test.first(60))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_record_has_the_size_of_the_gradient_and_of_the_last_update(optimizer: str) -> None:
    training = TrainingConfig(optimizer=optimizer, batch_size=40, learning_rate=0.01)
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,), dtype="float64"), training)
    for _ in range(3):
        session.step_batch()
    before = session.snapshot().parameters
    after = session.step_batch()
    for layer, (old, new) in zip(
        after.record.layers, zip(before.weights, after.parameters.weights, strict=True), strict=True
    ):
        moved = np.linalg.norm(new - old) / np.linalg.norm(new)
        assert layer.update_ratio == pytest.approx(math.log10(moved), rel=1e-6)
        if optimizer == "sgd":  # The update is rate · gradient.
            assert layer.gradient_rms == pytest.approx(np.sqrt(np.mean(((new - old) / 0.01) ** 2)), rel=1e-6)


def test_a_record_has_the_answers_to_the_test_digits() -> None:
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,)), TrainingConfig(batch_size=40))
    for snapshot in (session.snapshot(), session.step_epoch()):
        assert snapshot.record.predicted is not None
        assert np.array_equal(snapshot.record.predicted, snapshot.evaluation.predicted)
        assert np.mean(snapshot.record.predicted == DIGITS.test.labels) == snapshot.record.test_accuracy
    untrained, _ = session.history.records
    assert all(math.isnan(layer.update_ratio) for layer in untrained.layers)


def test_a_file_keeps_answers_and_layers(tmp_path: Path) -> None:
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,)), TrainingConfig(batch_size=40))
    *_, _ = session.run(2)
    save_run(tmp_path / "a.run", session.snapshot(), DIGITS)
    kept = read_run(tmp_path / "a.run").history.records
    for one, other in zip(kept, session.history.records, strict=True):
        assert np.array_equal(one.predicted, other.predicted)
        assert str(one.layers) == str(other.layers)  # As text, for NaN is not equal to itself.
