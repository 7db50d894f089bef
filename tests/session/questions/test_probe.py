"""What a look inside a snapshot finds is what plain NumPy finds, and the update is the one that the session would make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset
from tui_nn.session.questions.probe import PROBE, on_all_test_examples, probe, probe_digits, probe_start
from tui_nn.session.run.session import Session

DIGITS = load_bundled()


def trained(data: Dataset = DIGITS, epochs: int = 2, hidden: tuple[int, ...] = (12,), **training: Any) -> Session:
    config = TrainingConfig(**{"batch_size": 50, "train_limit": 200, **training})
    session = Session(data, NetworkConfig(hidden_sizes=hidden, dtype="float64", activation="tanh"), config)
    for _ in session.train(epochs):
        pass
    return session


def test_statistics_are_those_of_numpy_on_the_first_256_test_digits() -> None:
    session = trained(hidden=(12, 9))
    snapshot, test = session.snapshot(), DIGITS.test
    found = probe(snapshot, test, probe_digits(test))
    assert found.examples == PROBE
    below, zs, activations = test.images[:PROBE] / 255, [], []
    for layer, (w, b) in enumerate(zip(snapshot.parameters.weights, snapshot.parameters.biases, strict=True)):
        z = below @ w + b
        below = np.tanh(z) if layer < 2 else np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        zs.append(z)
        activations.append(below)
    delta = (below - np.eye(10)[test.labels[:PROBE]]) / PROBE
    for layer in (2, 1, 0):
        inputs = activations[layer - 1] if layer else test.images[:PROBE] / 255
        gradient = inputs.T @ delta
        parts = {
            "z": zs[layer],
            "a": activations[layer],
            "gradient": gradient,
            "weights": snapshot.parameters.weights[layer],
        }
        for name, values in parts.items():
            part = getattr(found.layers[layer], name)
            expected = (values.mean(), values.std(), values.min(), values.max(), np.sqrt((values**2).mean()))
            np.testing.assert_allclose(
                (part.mean, part.std, part.low, part.high, part.rms), expected, rtol=1e-6, atol=1e-12
            )
        if layer:
            delta = (delta @ snapshot.parameters.weights[layer].T) * (1 - activations[layer - 1] ** 2)
    share = np.mean(np.abs(activations[0]) > 0.97)
    assert found.layers[0].saturated == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": "sgd", "learning_rate": 0.3},
        {"optimizer": "sgd", "reduction": "sum", "learning_rate": 0.01},
        {"optimizer": "momentum"},
        {"optimizer": "nesterov", "l2": 0.01, "l1": 0.001},
        {"optimizer": "adam", "learning_rate": 0.002, "clip_norm": 0.05},
        {"optimizer": "adamw", "learning_rate": 0.002, "l2": 0.1},
        {"optimizer": "rmsprop", "learning_rate": 0.002, "beta2": 0.9, "schedule": "step", "drop_epochs": 1},
    ],
)
def test_the_update_is_the_one_that_the_session_makes_of_these_digits(training: dict[str, Any]) -> None:
    """Where the next batch is the probe batch, the next step moves the weights by exactly that."""
    data = replace(DIGITS, train=DIGITS.train.first(50), test=DIGITS.train.first(50))
    session = trained(data, batch_size=50, train_limit=None, shuffle=False, **training)
    before = session.snapshot()
    found = probe(before, data.test, probe_digits(data.test))
    for _ in session.train(3):
        pass
    after = session.snapshot()
    for layer, old, new in zip(found.layers, before.parameters.weights, after.parameters.weights, strict=True):
        assert layer.update is not None
        np.testing.assert_allclose(layer.update.values, new - old, rtol=1e-6, atol=1e-12)
        ratio = np.log10(np.linalg.norm(new - old) / np.linalg.norm(old))
        assert layer.update_ratio == pytest.approx(ratio, abs=1e-6)


def test_dead_and_saturated_are_judged_on_all_test_digits() -> None:
    """As the records, the flow and the hints have them; a unit that is on for the last digit alone is not dead."""
    for activation in ("relu", "tanh"):
        network = NetworkConfig(hidden_sizes=(40,), activation=activation)
        session = Session(DIGITS, network, TrainingConfig(train_limit=300, learning_rate=1.0))
        for snapshot in (session.snapshot(), session.step_batch(), session.step_epoch()):
            w, b = snapshot.parameters.weights[0], snapshot.parameters.biases[0]
            z = DIGITS.test.images / np.float32(255) @ w + b
            found = probe(snapshot, DIGITS.test, probe_digits(DIGITS.test))
            told = on_all_test_examples(found, snapshot.layers, len(z))
            assert told.statistics_examples == len(z)
            if activation == "relu":
                assert told.layers[0].dead == np.count_nonzero((z <= 0).all(axis=0))
                assert found.layers[0].dead == np.count_nonzero((z[:PROBE] <= 0).all(axis=0))
            else:
                assert told.layers[0].saturated == pytest.approx(np.mean(np.abs(np.tanh(z)) > 0.97), abs=1e-4)
    assert on_all_test_examples(found, (), len(z)) is found


def test_looking_changes_nothing() -> None:
    session, other = trained(optimizer="adam", learning_rate=0.01), trained(optimizer="adam", learning_rate=0.01)
    probe(session.snapshot(), DIGITS.test, probe_digits(DIGITS.test))
    for run in (session, other):
        for _ in run.train(3):
            pass
    assert np.array_equal(session.snapshot().parameters.vector, other.snapshot().parameters.vector)


def test_the_start_is_what_the_run_began_with() -> None:
    session = trained(epochs=0)
    chosen = probe_digits(DIGITS.test)
    first = probe(session.snapshot(), DIGITS.test, chosen)
    for _ in session.train(2):
        pass
    start = probe_start(session.snapshot(), DIGITS.test, chosen)
    for layer, then in zip(start.layers, first.layers, strict=True):
        assert np.array_equal(layer.z.values, then.z.values)
        assert np.array_equal(layer.gradient.values, then.gradient.values)


def test_digits_of_one_kind_or_one_alone() -> None:
    labels = DIGITS.test.labels
    assert set(labels[probe_digits(DIGITS.test, kind=7)].tolist()) == {7}
    assert probe_digits(DIGITS.test, example=13).tolist() == [13]
