import math
from typing import Any

import numpy as np
import pytest

from tui_nn.core.losses import LOSSES, Loss, write_targets
from tui_nn.core.parameters import Array, Labels

NAMES = list(LOSSES)
LABELS = np.array([3, 0, 9, 3, 5], dtype=np.uint8)


@pytest.fixture
def logits() -> Array:
    return np.random.default_rng(1).normal(0, 3, (5, 10))


def outputs_of(row: Loss, z: Array) -> Array:
    out = np.empty_like(z)
    with np.errstate(over="ignore"):
        row.outputs(z, out)
    return out


def values_of(row: Loss, z: Array, labels: Labels, smoothing: float = 0.0) -> Array:
    return row.values(z, outputs_of(row, z), targets_of(labels, z, smoothing), np.empty_like(z))


def targets_of(labels: Labels, z: Array, smoothing: float = 0.0) -> Array:
    targets = np.full_like(z, np.nan)
    write_targets(labels, targets, smoothing)
    return targets


def one_hot(labels: Labels) -> Array:
    return np.eye(10)[labels]


def test_outputs_against_their_formulas(logits: Array) -> None:
    e = np.exp(logits)
    softmax, sigmoid = LOSSES["softmax_cross_entropy"], LOSSES["sigmoid_mse"]
    np.testing.assert_allclose(outputs_of(softmax, logits), e / e.sum(axis=1, keepdims=True), rtol=1e-13)
    np.testing.assert_allclose(outputs_of(sigmoid, logits), 1 / (1 + np.exp(-logits)), rtol=1e-13)


def test_values_against_their_formulas(logits: Array) -> None:
    y = one_hot(LABELS)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    a = 1 / (1 + np.exp(-logits))
    cross_entropy = values_of(LOSSES["softmax_cross_entropy"], logits, LABELS)
    np.testing.assert_allclose(cross_entropy, -(y * np.log(p)).sum(axis=1), rtol=1e-12)
    squared_error = values_of(LOSSES["sigmoid_mse"], logits, LABELS)
    np.testing.assert_allclose(squared_error, 0.5 * ((a - y) ** 2).sum(axis=1), rtol=1e-12)


def test_smoothed_labels_against_their_formulas(logits: Array) -> None:
    y = 0.8 * one_hot(LABELS) + 0.2 / 10
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    a = 1 / (1 + np.exp(-logits))
    cross_entropy = values_of(LOSSES["softmax_cross_entropy"], logits, LABELS, 0.2)
    np.testing.assert_allclose(cross_entropy, -(y * np.log(p)).sum(axis=1), rtol=1e-12)
    squared_error = values_of(LOSSES["sigmoid_mse"], logits, LABELS, 0.2)
    np.testing.assert_allclose(squared_error, 0.5 * ((a - y) ** 2).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("name", NAMES)
def test_delta_is_the_central_difference_of_the_loss(name: str, smoothing: float, logits: Array) -> None:
    row, step = LOSSES[name], 1e-5
    delta = np.full_like(logits, np.nan)
    row.delta(outputs_of(row, logits), targets_of(LABELS, logits, smoothing), delta, np.empty_like(delta))
    for k in range(10):
        up, down = logits.copy(), logits.copy()
        up[:, k] += step
        down[:, k] -= step
        difference = (values_of(row, up, LABELS, smoothing) - values_of(row, down, LABELS, smoothing)) / (2 * step)
        np.testing.assert_allclose(delta[:, k], difference, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_bears_very_large_logits(dtype: Any) -> None:
    row = LOSSES["softmax_cross_entropy"]
    z = np.zeros((3, 10), dtype=dtype)
    z[0, :2] = 1e4, -1e4
    z[1] = -1e4
    z[2] = 1e4
    labels = np.array([1, 4, 4], dtype=np.uint8)
    p = outputs_of(row, z)
    assert p.dtype == dtype
    assert p[0] == pytest.approx([1] + 9 * [0])
    assert p[1:] == pytest.approx(0.1)
    # The first logit is 1e4, the true one −1e4: −ln(e^−2e4) = 2e4. All equal: ln 10.
    assert values_of(row, z, labels) == pytest.approx([2e4, math.log(10), math.log(10)])
    delta = np.empty_like(z)
    row.delta(p, targets_of(labels, z), delta, np.empty_like(delta))
    assert np.isfinite(delta).all()


def test_squared_error_bears_very_large_logits() -> None:
    z = np.full((1, 10), -1e4, dtype=np.float32)
    z[0, 3] = 1e4
    assert values_of(LOSSES["sigmoid_mse"], z, np.array([3])) == pytest.approx([0])
    assert values_of(LOSSES["sigmoid_mse"], z, np.array([4])) == pytest.approx([1])  # ½(1² + 1²)


def test_float32_keeps_the_digits_of_a_small_loss() -> None:
    z = np.full((1, 10), 88, dtype=np.float32)
    z[0, 3] = 100
    label = np.array([3])
    # p(true) = e^100 / (e^100 + 9 e^88), so the loss is ln(1 + 9 e^−12).
    exact = math.log1p(9 * math.exp(-12))
    assert values_of(LOSSES["softmax_cross_entropy"], z, label)[0] == pytest.approx(exact, rel=5e-3)
    # Every output is 1 / (1 + e^12) from its target.
    others = np.full((1, 10), -12, dtype=np.float32)
    others[0, 3] = 12
    exact = 0.5 * 10 * (1 / (1 + math.exp(12))) ** 2
    assert values_of(LOSSES["sigmoid_mse"], others, label)[0] == pytest.approx(exact, rel=2e-2)


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_is_never_negative(name: str) -> None:
    z = np.random.default_rng(0).normal(0, 8, (2000, 10)).astype(np.float32)
    assert (values_of(LOSSES[name], z, z.argmax(axis=1)) >= 0).all()


def test_chance_is_the_loss_of_equal_outputs() -> None:
    # Softmax: every class 1/10. Sigmoid: the constant that costs least, found by trying.
    softmax = LOSSES["softmax_cross_entropy"]
    assert softmax.chance(10) == pytest.approx(values_of(softmax, np.zeros((1, 10)), np.array([0]))[0])
    a = np.linspace(0.001, 0.999, 999)
    best = (0.5 * ((a - 1) ** 2 + 9 * a**2)).min()
    assert LOSSES["sigmoid_mse"].chance(10) == pytest.approx(best, rel=1e-5)
