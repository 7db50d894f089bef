"""Two steps of each optimizer, worked by hand on one parameter: w = 1, gradients 2 and then −1, rate 0.1."""

import numpy as np
import pytest

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer


def two_steps(training: TrainingConfig, dtype: type = np.float64) -> list[float]:
    w = np.array([1.0], dtype=dtype)
    optimizer = Optimizer(training.optimizer, w)
    seen = []
    for gradient in (2.0, -1.0):
        optimizer.step(w, np.array([gradient], dtype=dtype), training)
        seen.append(float(w[0]))
    assert optimizer.steps == 2
    return seen


def test_sgd() -> None:
    # 1 − 0.1 × 2 = 0.8;  0.8 + 0.1 × 1 = 0.9
    assert two_steps(TrainingConfig(optimizer="sgd", learning_rate=0.1)) == pytest.approx([0.8, 0.9])


def test_momentum() -> None:
    # v = 2,                     w = 1 − 0.1 × 2 = 0.8
    # v = 0.9 × 2 − 1 = 0.8,     w = 0.8 − 0.1 × 0.8 = 0.72
    training = TrainingConfig(optimizer="momentum", learning_rate=0.1, momentum=0.9)
    assert two_steps(training) == pytest.approx([0.8, 0.72])


def test_nesterov() -> None:
    # v = 2,                  w = 1 − 0.1 × (2 + 0.9 × 2) = 0.62
    # v = 0.9 × 2 − 1 = 0.8,  w = 0.62 − 0.1 × (−1 + 0.9 × 0.8) = 0.648
    training = TrainingConfig(optimizer="nesterov", learning_rate=0.1, momentum=0.9)
    assert two_steps(training) == pytest.approx([0.62, 0.648])


def test_rmsprop() -> None:
    # β2 = 0.75, ε = 0.5
    # s = 0.25 × 4 = 1,               w = 1 − 0.1 × 2 / (1 + 0.5) = 1 − 0.2 / 1.5
    # s = 0.75 × 1 + 0.25 × 1 = 1,    w = that + 0.1 × 1 / (1 + 0.5)
    training = TrainingConfig(optimizer="rmsprop", learning_rate=0.1, beta2=0.75, epsilon=0.5)
    assert two_steps(training) == pytest.approx([1 - 0.2 / 1.5, 1 - 0.1 / 1.5], rel=1e-14)


def test_adam() -> None:
    # β1 = 0.9, β2 = 0.99, ε = 0.5
    # m = 0.1 × 2 = 0.2,  s = 0.01 × 4 = 0.04;  corrected: 0.2 / 0.1 = 2,  0.04 / 0.01 = 4
    #   w = 1 − 0.1 × 2 / (√4 + 0.5) = 1 − 0.2 / 2.5 = 0.92
    # m = 0.9 × 0.2 − 0.1 × 1 = 0.08,  s = 0.99 × 0.04 + 0.01 × 1 = 0.0496
    #   corrected: 0.08 / (1 − 0.81) = 0.08 / 0.19,  0.0496 / (1 − 0.9801) = 0.0496 / 0.0199
    #   w = 0.92 − 0.1 × (0.08 / 0.19) / (√(0.0496 / 0.0199) + 0.5)
    second = 0.92 - 0.1 * (0.08 / 0.19) / ((0.0496 / 0.0199) ** 0.5 + 0.5)
    training = TrainingConfig(optimizer="adam", learning_rate=0.1, beta1=0.9, beta2=0.99, epsilon=0.5)
    assert two_steps(training) == pytest.approx([0.92, second], rel=1e-14)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_float32_stays_float32_and_agrees(name: str) -> None:
    training = TrainingConfig(optimizer=name)
    assert two_steps(training, np.float32) == pytest.approx(two_steps(training), rel=1e-6)
    vector = np.ones(3, dtype=np.float32)
    optimizer = Optimizer(name, vector)
    optimizer.step(vector, vector.copy(), training)
    assert vector.dtype == np.float32
    assert all(moment.dtype == np.float32 and moment.shape == (3,) for moment in optimizer.moments)
    assert len(optimizer.moments) == OPTIMIZERS[name].moments


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_the_gradient_is_left_as_it_was(name: str) -> None:
    gradient = np.array([1.0, -2.0])
    Optimizer(name, gradient).step(np.zeros(2), gradient, TrainingConfig(optimizer=name))
    assert gradient.tolist() == [1, -2]


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: str) -> None:
    training = TrainingConfig(optimizer=name, learning_rate=0.05)
    w = np.array([3.0, -2.0])
    optimizer = Optimizer(name, w)
    for _ in range(500):
        optimizer.step(w, 2 * w, training)
    # A gradient divided by its own size does not get smaller: rmsprop ends within half a step.
    assert np.abs(w).max() < (0.03 if name == "rmsprop" else 1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [name for name, row in OPTIMIZERS.items() if row.adaptive])
def test_a_weight_without_a_gradient_stays_where_it_is(name: str, dtype: type) -> None:
    """As those of a pixel that is never inked: 0 is divided by epsilon, which must not become 0 in float32."""
    (epsilon,) = (setting.low for setting in TrainingConfig.settings if setting.name == "epsilon")
    training = TrainingConfig(optimizer=name, epsilon=epsilon, beta2=0.99999)
    w = np.array([1.5], dtype=dtype)
    optimizer = Optimizer(name, w)
    for _ in range(3):
        optimizer.step(w, np.zeros(1, dtype=dtype), training)
    assert w.tolist() == [1.5]


@pytest.mark.parametrize("rule", list(OPTIMIZERS))
def test_a_long_vector_moved_in_parts_comes_to_the_same_bits(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    start, gradient = random.normal(size=(2, 200_003)).astype(np.float32)
    found = []
    for workers in (1, 2, 5):
        monkeypatch.setattr("tui_nn.core.optimizers.worker_count", lambda workers=workers: workers)
        vector = start.copy()
        optimizer = Optimizer(rule, vector)
        for _ in range(2):
            optimizer.step(vector, gradient, TrainingConfig(optimizer=rule, learning_rate=0.01))
        found.append(vector.tobytes())
    assert len(set(found)) == 1
