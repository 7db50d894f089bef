"""Two steps of each optimizer, worked by hand on one parameter: w = 1, gradients 2 and then −1, rate 0.1."""

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.training_step import in_slices
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer, add_penalties, apply_update, clip
from tui_nn.core.parameters import Parameters


def two_steps(training: TrainingConfig, dtype: type = np.float64) -> list[float]:
    w = np.array([1.0], dtype=dtype)
    optimizer = Optimizer(training.optimizer, w)
    seen = []
    for gradient in (2.0, -1.0):
        optimizer.step(w, np.array([gradient], dtype=dtype), training, training.learning_rate)
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
    optimizer.step(vector, vector.copy(), training, 0.1)
    assert vector.dtype == np.float32
    assert all(moment.dtype == np.float32 and moment.shape == (3,) for moment in optimizer.moments)
    assert len(optimizer.moments) == OPTIMIZERS[name].moments


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_the_gradient_is_left_as_it_was(name: str) -> None:
    gradient = np.array([1.0, -2.0])
    Optimizer(name, gradient).step(np.zeros(2), gradient, TrainingConfig(optimizer=name), 0.1)
    assert gradient.tolist() == [1, -2]


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: str) -> None:
    training = TrainingConfig(optimizer=name, learning_rate=0.05)
    w = np.array([3.0, -2.0])
    optimizer = Optimizer(name, w)
    for _ in range(500):
        optimizer.step(w, 2 * w, training, 0.05)
    # An adaptive optimizer divides a gradient by its size, so its steps do not get smaller and it may need more of them.
    adaptive = OPTIMIZERS[name].adaptive and name not in ("adam", "adamw")
    assert np.abs(w).max() < {"rmsprop": 0.03}.get(name, 1.5 if adaptive else 1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [name for name, row in OPTIMIZERS.items() if row.adaptive])
def test_a_weight_without_a_gradient_stays_where_it_is(name: str, dtype: type) -> None:
    """The weights of a pixel without ink are an example. 0 is divided by epsilon, which must not become 0 in float32."""
    (epsilon,) = (setting.low for setting in TrainingConfig.settings if setting.name == "epsilon")
    training = TrainingConfig(optimizer=name, epsilon=epsilon, beta2=0.99999)
    w = np.array([1.5], dtype=dtype)
    optimizer = Optimizer(name, w)
    for _ in range(3):
        optimizer.step(w, np.zeros(1, dtype=dtype), training, 0.1)
    assert w.tolist() == [1.5]


@pytest.mark.parametrize("rule", list(OPTIMIZERS))
def test_a_long_vector_moved_in_parts_comes_to_the_same_bits(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    start, gradient = random.normal(size=(2, 200_003)).astype(np.float32)
    found = []
    for workers in (1, 2, 5):
        monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda workers=workers: workers)
        vector = start.copy()
        optimizer = Optimizer(rule, vector)
        for _ in range(2):
            optimizer.step(vector, gradient, TrainingConfig(optimizer=rule), 0.01, in_slices)
        found.append(vector.tobytes())
    assert len(set(found)) == 1


# ---- penalties


def test_l1_pulls_every_weight_equally_hard_and_no_bias() -> None:
    parameters = new_network(NetworkConfig(hidden_sizes=(5,), bias_init="normal", dtype="float64")).parameters
    gradient, scratch = (Parameters.zeros(NetworkConfig(hidden_sizes=(5,), dtype="float64")) for _ in range(2))
    add_penalties(gradient, parameters, TrainingConfig(l1=0.5), scratch)
    for weight, pull, bias in zip(parameters.weights, gradient.weights, gradient.biases, strict=True):
        assert pull.tolist() == (0.5 * np.sign(weight)).tolist()
        assert bias is not None
        assert not bias.any()


def test_l2_pulls_weights_in_proportion_and_leaves_them_to_an_optimizer_that_decays() -> None:
    parameters = new_network(NetworkConfig(hidden_sizes=(5,), bias_init="normal", dtype="float64")).parameters
    for optimizer, factor in (("adam", 0.5), ("adamw", 0.0)):
        gradient, scratch = (Parameters.zeros(NetworkConfig(hidden_sizes=(5,), dtype="float64")) for _ in range(2))
        add_penalties(gradient, parameters, TrainingConfig(optimizer=optimizer, l2=0.5), scratch)
        for weight, pull in zip(parameters.weights, gradient.weights, strict=True):
            assert pull.tolist() == (factor * weight).tolist()


# ---- clipping


def test_a_longer_gradient_is_shortened_and_keeps_its_direction() -> None:
    gradient = np.array([3.0, 4.0])
    clip(gradient, 10.0)
    assert gradient.tolist() == [3, 4]
    clip(gradient, 1.0)
    assert gradient == pytest.approx([0.6, 0.8])


def test_a_gradient_whose_squares_overflow_is_clipped_too() -> None:
    gradient = np.array([3e30, 4e30], dtype=np.float32)
    with np.errstate(over="ignore"):
        clip(gradient, 5.0)
    assert gradient == pytest.approx([3, 4])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_not_clipped(value: float) -> None:
    gradient = np.array([1.0, value])
    clip(gradient, 1.0)
    assert not np.isfinite(gradient).all()


def test_a_clipped_step_is_no_longer_than_rate_times_bound() -> None:
    config = NetworkConfig(hidden_sizes=(5,), dtype="float64")
    for bound, clipped in ((1e-3, True), (1e5, False)):
        parameters, gradient = new_network(config).parameters, new_network(config, 1).parameters
        before = parameters.vector.copy()
        apply_update(parameters, gradient, Optimizer("sgd", before), TrainingConfig(clip_norm=bound), 0.1)
        length = float(np.linalg.norm(parameters.vector - before))
        assert length == pytest.approx(0.1 * bound) if clipped else length < 0.1 * bound
