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


def mean_gradient(
    weights: list[np.ndarray], biases: list[np.ndarray], x: np.ndarray, targets: np.ndarray
) -> list[np.ndarray]:
    """Return the gradient of the mean cross-entropy of a relu network by its weights, in plain NumPy."""
    a = [x]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        a.append(np.maximum(a[-1] @ weight + bias, 0))
    z = a[-1] @ weights[-1] + biases[-1]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - targets) / len(x)
    found = []
    for layer in reversed(range(len(weights))):
        found.insert(0, a[layer].T @ delta)
        delta = delta @ weights[layer].T * (a[layer] > 0)
    return found


@pytest.mark.parametrize("by_act", [False, True])
@pytest.mark.parametrize(
    "changed",
    [
        {"clip_norm": 0.01},
        {"l1": 0.1, "l2": 2.0},
        {"clip_norm": 0.01, "l2": 1.0},
        {"clip_norm": 0.01, "label_smoothing": 0.3},
        {"optimizer": "adam", "clip_norm": 0.01},
    ],
)
def test_the_gradient_of_a_record_is_that_of_the_loss_before_penalty_and_clipping(
    changed: dict[str, object], by_act: bool
) -> None:
    training = replace(TrainingConfig(optimizer="sgd", batch_size=40, learning_rate=0.1, shuffle=False), **changed)  # type: ignore[arg-type]
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,), dtype="float64"), training)
    old = session.snapshot().parameters
    weights, biases = [weight.copy() for weight in old.weights], [np.array(bias) for bias in old.biases]
    if by_act:
        for _ in session.acts():
            pass
    else:
        session.step_batch()
    targets = np.eye(10)[DIGITS.train.labels[:40]]
    targets = targets * (1 - training.label_smoothing) + training.label_smoothing / 10
    right = mean_gradient(weights, biases, DIGITS.train.images[:40] / 255, targets)
    for layer, gradient in zip(session.snapshot().layers, right, strict=True):
        assert layer.gradient_rms == pytest.approx(np.sqrt(np.mean(gradient**2)), rel=1e-9)


@pytest.mark.parametrize(("l2", "rate"), [(10.0, 0.01), (10.0, 0.1), (0.5, 0.01)])
def test_the_last_update_of_adamw_has_its_decay_in_it(l2: float, rate: float) -> None:
    training = TrainingConfig(optimizer="adamw", l2=l2, learning_rate=rate, batch_size=40)
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,), dtype="float64"), training)
    session.step_batch()
    before = session.snapshot()
    old = before.parameters.vector.copy()
    after = session.step_batch()
    moved = after.parameters.vector - old
    assert after.last_update is not None
    np.testing.assert_allclose(after.last_update, moved, atol=1e-15)
    changes = after.parameters.like(moved).weights
    for layer, weight, change in zip(after.layers, after.parameters.weights, changes, strict=True):
        assert layer.update_ratio == pytest.approx(np.log10(np.linalg.norm(change) / np.linalg.norm(weight)), rel=1e-9)


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
