import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.analysis.gradient_check import check_gradient
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.initializers import INITIALIZERS, new_network
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.chunks import CHUNK_ROWS, chunk_rows
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.losses import LOSSES
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer, add_penalties
from tui_nn.core.parameters import Diverged, Parameters
from tui_nn.core.watch.acts import Act, Phase

Examples = tuple[np.ndarray, np.ndarray]
MakeExamples = Callable[..., Examples]


def update(mlp: MLP, examples: Examples, training: TrainingConfig) -> list[Act]:
    optimizer = Optimizer(training.optimizer, mlp.parameters.vector)
    with np.errstate(all="ignore"):
        return list(TrainingStep(mlp).update_acts(*examples, np.arange(len(examples[1])), optimizer, training))


def gradient_of(
    mlp: MLP, examples: Examples, identity: BatchIdentity | None = None, rows: int | None = None, **training: Any
) -> TrainingStep:
    step = TrainingStep(mlp)
    chosen = np.arange(len(examples[1]))
    for _ in step.batch_acts(*examples, chosen, TrainingConfig(**training), identity, rows):
        pass
    scratch = Parameters.zeros(mlp.config)
    add_penalties(step.gradient.total, mlp.parameters, TrainingConfig(**training), scratch)
    return step


# ---- is it right?


def test_one_update_worked_by_hand() -> None:
    """Two examples, two relu units, softmax cross-entropy, mean, rate 0.1."""
    # Example 0 has its first pixel full and its second at 51/255 = 0.2, label 0; example 1 is empty, label 1.
    images = np.zeros((2, 784), dtype=np.uint8)
    images[0, :2] = 255, 51
    labels = np.array([0, 1], dtype=np.uint8)
    mlp = new_network(NetworkConfig(hidden_sizes=(2,), weight_init="zeros", dtype="float64"))
    (w0, w1), (b0, b1) = mlp.parameters.weights, mlp.parameters.biases
    assert b0 is not None
    assert b1 is not None
    w0[0], w0[1] = (0.5, -0.3), (1.0, 0.5)
    w1[0, 0] = math.log(2) / 0.7

    step = TrainingStep(mlp)
    training = TrainingConfig(optimizer="sgd", learning_rate=0.1, batch_size=None)
    for _ in step.update_acts(images, labels, np.arange(2), Optimizer("sgd", mlp.parameters.vector), training):
        pass

    # Forward, example 0: z = (1 × 0.5 + 0.2 × 1, 1 × −0.3 + 0.2 × 0.5) = (0.7, −0.2), a = (0.7, 0)
    #   logits: 0.7 × ln 2 / 0.7 = ln 2 for class 0, else 0; e^z = 2, 1, 1 ...; p = 2/11, 1/11, 1/11 ...
    #   loss −ln(2/11)
    # Forward, example 1: everything 0, p = 1/10 each, loss −ln(1/10). Class 0 comes first among equals: wrong.
    assert step.gradient.loss == pytest.approx(math.log(11 / 2) + math.log(10))
    assert step.gradient.correct == 1

    # Backward: the delta is (p − y) / 2, for the mean of two.
    #   example 0: (2/11 − 1, 1/11, 1/11 ...) / 2 = (−9, 1, 1 ...) / 22;  example 1: (1, −9, 1 ...) / 20
    delta0 = np.array([-9, 1, 1, 1, 1, 1, 1, 1, 1, 1]) / 22
    delta1 = np.array([1, -9, 1, 1, 1, 1, 1, 1, 1, 1]) / 20
    # dW1 = a.T @ δ: only example 0 has an a, (0.7, 0). db1 = δ summed.
    assert w1[0] == pytest.approx([math.log(2) / 0.7 + 0.1 * 0.7 * 9 / 22] + 9 * [-0.1 * 0.7 / 22])
    assert w1[1] == pytest.approx(0)
    assert b1 == pytest.approx(-0.1 * (delta0 + delta1))
    # δ of the hidden layer: δ @ W1.T, times 1 where z > 0. Unit 0 of example 0: −9/22 × ln 2 / 0.7; its unit 1 has
    # z < 0, and example 1 has z = 0, so theirs are 0. dW0 = x.T @ δ with x = (1, 0.2, 0 ...).
    hidden = -9 / 22 * math.log(2) / 0.7
    assert w0[0] == pytest.approx([0.5 - 0.1 * hidden, -0.3])
    assert w0[1] == pytest.approx([1 - 0.1 * 0.2 * hidden, 0.5])
    assert not w0[2:].any()
    assert b0 == pytest.approx([-0.1 * hidden, 0])


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    network=st.fixed_dictionaries(
        {
            "hidden_sizes": st.lists(st.integers(1, 6), max_size=4).map(tuple),
            "activation": st.sampled_from(list(ACTIVATIONS)),
            "leaky_slope": st.sampled_from([0.0, 0.01, 0.3, 1.0]),
            "weight_init": st.sampled_from(list(INITIALIZERS)),
            "bias_init": st.sampled_from(["zeros", "normal"]),
            "use_bias": st.booleans(),
            "loss": st.sampled_from(list(LOSSES)),
        }
    ),
    training=st.fixed_dictionaries(
        {
            "optimizer": st.sampled_from(["sgd", "adamw"]),
            "reduction": st.sampled_from(["mean", "sum"]),
            "l1": st.sampled_from([0.0, 0.01]),
            "l2": st.sampled_from([0.0, 0.01, 1.0]),
            "label_smoothing": st.sampled_from([0.0, 0.1]),
            "dropout": st.sampled_from([0.0, 0.5]),
            "noise": st.sampled_from(list(AUGMENTATIONS)),
        }
    ),
    count=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
def test_backprop_agrees_with_central_differences(
    make_examples: MakeExamples, network: dict[str, Any], training: dict[str, Any], count: int, seed: int
) -> None:
    """The networks have 0 to 4 hidden layers. Every setting changes the gradient, and all passes draw the same noise."""
    mlp = new_network(NetworkConfig(**network, weight_init_scale=0.1, bias_init_scale=0.1), seed)
    rows = check_gradient(
        mlp,
        *make_examples(count, seed),
        25,
        np.random.default_rng(seed),
        training=TrainingConfig(**training),
        identity=BatchIdentity(seed, 1, 0, 1),
    )
    assert all(row.relative_error < 1e-6 for row in rows), rows[0]


REGULARISED: list[dict[str, Any]] = [
    {},
    {"l1": 0.01, "l2": 0.1, "label_smoothing": 0.1, "dropout": 0.5, "noise": "shift_rotation"},
    {"l2": 0.1, "optimizer": "adamw", "noise": "gaussian"},
]


@pytest.mark.slow
@pytest.mark.parametrize("depth", range(5))
@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_backprop_agrees_with_central_differences_whatever_is_combined(
    make_examples: MakeExamples, activation: str, loss: str, depth: int
) -> None:
    config = NetworkConfig(
        hidden_sizes=(5,) * depth, activation=activation, loss=loss, weight_init="xavier_normal",
        bias_init="normal", bias_init_scale=0.1,
    )  # fmt: skip
    for use_bias, reduction, more in product((True, False), ("mean", "sum"), REGULARISED):
        mlp = new_network(replace(config, use_bias=use_bias), depth)
        training = TrainingConfig(reduction=reduction, **more)
        rows = check_gradient(
            mlp,
            *make_examples(5),
            12,
            np.random.default_rng(depth),
            training=training,
            identity=BatchIdentity(depth, 1, 0, 1),
        )
        assert len(rows) == 12
        assert rows[0].relative_error < 1e-6, (use_bias, training, rows[0])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_of_several_chunks_has_the_gradient_of_one_piece(reduction: str, make_examples: MakeExamples) -> None:
    count = 2 * CHUNK_ROWS + 100
    examples = make_examples(count)
    mlp = new_network(NetworkConfig(hidden_sizes=(5, 4), activation="tanh", dtype="float64"))
    chunks = gradient_of(mlp, examples, reduction=reduction, l2=0.1)
    piece = gradient_of(mlp, examples, rows=count, reduction=reduction, l2=0.1)
    np.testing.assert_allclose(chunks.gradient.total.vector, piece.gradient.total.vector, rtol=1e-11, atol=1e-14)
    assert chunks.gradient.loss == pytest.approx(piece.gradient.loss, rel=1e-13)
    assert chunks.gradient.correct == piece.gradient.correct


def test_a_sum_is_the_mean_times_the_examples(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(5,), dtype="float64"))
    mean, total = (
        gradient_of(mlp, make_examples(8), reduction=reduction).gradient.total.vector for reduction in ("mean", "sum")
    )
    np.testing.assert_allclose(total, 8 * mean, rtol=1e-12, atol=1e-15)


def test_l2_pulls_at_weights_and_not_at_biases(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(5,), bias_init="normal", dtype="float64"))
    without, with_l2 = (gradient_of(mlp, make_examples(8), l2=l2).gradient.total for l2 in (0.0, 0.5))
    for layer in range(2):
        pull = with_l2.weights[layer] - without.weights[layer]
        np.testing.assert_allclose(pull, 0.5 * mlp.parameters.weights[layer], rtol=1e-9, atol=1e-12)
        assert np.array_equal(with_l2.biases[layer], without.biases[layer])  # type: ignore[arg-type]


def test_adamw_shrinks_weights_by_rate_times_l2_and_then_does_as_adam(make_examples: MakeExamples) -> None:
    config = NetworkConfig(hidden_sizes=(5,), bias_init="normal", dtype="float64")
    adam, adamw = new_network(config), new_network(config)
    start = adam.parameters.copy()
    update(adam, make_examples(8), TrainingConfig(optimizer="adam", learning_rate=0.01))
    update(adamw, make_examples(8), TrainingConfig(optimizer="adamw", learning_rate=0.01, l2=0.5))
    for layer in range(2):
        apart = adam.parameters.weights[layer] - adamw.parameters.weights[layer]
        np.testing.assert_allclose(apart, 0.01 * 0.5 * start.weights[layer], rtol=1e-9, atol=1e-15)
        assert np.array_equal(adam.parameters.biases[layer], adamw.parameters.biases[layer])  # type: ignore[arg-type]


def test_adamw_shrinks_by_the_rate_that_the_schedule_gives(make_examples: MakeExamples) -> None:
    """In Loshchilov & Hutter 2019, algorithm 2, the factor of the schedule also multiplies the decay."""
    moved = []
    for l2 in (0.0, 0.5):
        mlp = new_network(NetworkConfig(hidden_sizes=(5,), dtype="float64"))
        start = mlp.parameters.copy()
        training = TrainingConfig(optimizer="adamw", learning_rate=0.01, l2=l2, schedule="warmup", warmup_epochs=1.0)
        rule, identity = Optimizer("adamw", mlp.parameters.vector), BatchIdentity(0, epoch=1, batch=0, batches=10)
        for _ in TrainingStep(mlp).update_acts(*make_examples(8), np.arange(8), rule, training, identity):
            pass
        moved.append(mlp.parameters.weights[0])
    # The first of ten batches of a warm-up of one epoch: 1/20 of the rate.
    np.testing.assert_allclose(moved[0] - moved[1], 0.01 / 20 * 0.5 * start.weights[0], rtol=1e-9, atol=1e-15)


def test_only_the_chosen_examples_count(make_examples: MakeExamples) -> None:
    images, labels = make_examples(30)
    chosen = np.array([7, 3, 3, 20])
    mlp = new_network(NetworkConfig(hidden_sizes=(5,)))
    step = TrainingStep(mlp)
    for _ in step.batch_acts(images, labels, chosen):
        pass
    apart = gradient_of(mlp, (images[chosen], labels[chosen]))
    assert np.array_equal(step.gradient.total.vector, apart.gradient.total.vector)


def test_float32_and_float64_agree_to_the_digits_of_float32(make_examples: MakeExamples) -> None:
    config = NetworkConfig(hidden_sizes=(20,))
    narrow, wide = (
        gradient_of(new_network(replace(config, dtype=dtype)), make_examples(40)).gradient.total.vector
        for dtype in ("float32", "float64")
    )
    assert narrow.dtype == np.float32
    assert np.abs(narrow - wide).max() < 1e-5 * np.abs(wide).max()


# ---- the acts


def test_the_acts_come_in_order() -> None:
    examples = np.zeros((3, 784), dtype=np.uint8), np.zeros(3, dtype=np.uint8)
    acts = update(new_network(NetworkConfig(hidden_sizes=(5, 4))), examples, TrainingConfig())
    assert [(act.phase, act.layer) for act in acts] == [
        (Phase.BATCH, None),
        *((Phase.FORWARD, layer) for layer in (0, 0, 1, 1, 2, 2)),
        (Phase.LOSS, None),
        *((Phase.BACKWARD, layer) for layer in (2, 2, 1, 1, 0, 0)),
        (Phase.UPDATE, None),
    ]
    assert [act.formula for act in acts] == [
        "x = pixels / 255",
        "z0 = x @ W0 + b0", "a = max(0, z)",
        "z1 = a0 @ W1 + b1", "a = max(0, z)",
        "z2 = a1 @ W2 + b2", "p = e^z / Σ e^z",
        "L = −ln p(true)",
        "δ = p − y", "dW2 = a1.T @ δ2",
        "δ1 = (δ2 @ W2.T) · f'(z1)", "dW1 = a0.T @ δ1",
        "δ0 = (δ1 @ W1.T) · f'(z0)", "dW0 = x.T @ δ0",
        "w ← w − rate·g",
    ]  # fmt: skip


def test_an_act_shows_what_was_just_computed(make_examples: MakeExamples) -> None:
    """Each formula is computed again from the buffers of the earlier acts."""
    examples = make_examples(6)
    mlp = new_network(NetworkConfig(hidden_sizes=(5,), activation="sigmoid", bias_init="normal", dtype="float64"))
    (w0, w1), (b0, b1) = mlp.parameters.weights, mlp.parameters.biases
    step = TrainingStep(mlp)
    acts = step.batch_acts(*examples, np.arange(6))
    space, slopes = step.buffers(6).batch, step.gradient.total

    def is_now(got: np.ndarray, expected: np.ndarray, formula: str) -> None:
        assert next(acts).formula == formula
        np.testing.assert_allclose(got, expected, rtol=1e-12)

    x = examples[0] / 255
    is_now(space.x, x, "x = pixels / 255")
    is_now(space.z[0], z := x @ w0 + b0, "z0 = x @ W0 + b0")
    is_now(space.a[0], a := 1 / (1 + np.exp(-z)), "a = 1 / (1 + e^−z)")
    is_now(space.z[1], logits := a @ w1 + b1, "z1 = a0 @ W1 + b1")
    is_now(space.a[1], p := np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), "p = e^z / Σ e^z")
    is_now(space.losses, -np.log(p[np.arange(6), examples[1]]), "L = −ln p(true)")
    is_now(space.delta[1], delta := (p - np.eye(10)[examples[1]]) / 6, "δ = p − y")
    is_now(slopes.weights[1], a.T @ delta, "dW1 = a0.T @ δ1")
    is_now(space.delta[0], hidden := (delta @ w1.T) * a * (1 - a), "δ0 = (δ1 @ W1.T) · f'(z0)")
    is_now(slopes.weights[0], x.T @ hidden, "dW0 = x.T @ δ0")


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_the_parameters_change_before_the_last_act_only(optimizer: str, make_examples: MakeExamples) -> None:
    examples = make_examples(200)
    mlp = new_network(NetworkConfig(hidden_sizes=(5,)))
    before = mlp.parameters.vector.copy()
    training = TrainingConfig(optimizer=optimizer, l2=0.1)
    acts = TrainingStep(mlp).update_acts(
        *examples, np.arange(200), Optimizer(optimizer, mlp.parameters.vector), training
    )
    changed = [(act.phase, not np.array_equal(mlp.parameters.vector, before)) for act in acts]
    assert changed.pop() == (Phase.UPDATE, True)
    assert not any(change for _, change in changed)
    assert [phase for phase, _ in changed].count(Phase.BATCH) == 2


def test_the_last_act_has_the_formula_of_the_optimizer(make_examples: MakeExamples) -> None:
    for name, rule in OPTIMIZERS.items():
        mlp = new_network(NetworkConfig(hidden_sizes=(2,)))
        assert update(mlp, make_examples(2), TrainingConfig(optimizer=name))[-1].formula == rule.formula


def test_without_biases_no_formula_has_one(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(2,), use_bias=False))
    assert "z1 = a0 @ W1" in [act.formula for act in update(mlp, make_examples(2), TrainingConfig())]


# ---- divergence


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_a_loss_that_is_not_finite_diverges_before_the_update(value: float, make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(4,), activation="identity"))
    mlp.parameters.weights[0][:] = value
    mlp.parameters.weights[1][:] = 1e30
    before = mlp.parameters.vector.copy()
    with pytest.raises(Diverged, match="the loss"):
        update(mlp, make_examples(4), TrainingConfig())
    assert np.array_equal(mlp.parameters.vector, before, equal_nan=True)


def test_a_parameter_that_is_not_finite_diverges(make_examples: MakeExamples) -> None:
    mlp = new_network(NetworkConfig(hidden_sizes=(4,)))
    mlp.parameters.vector[:] *= 1e36
    mlp.parameters.weights[1][:] = 0  # No logits, so that the loss is finite.
    with pytest.raises(Diverged, match="the parameters"):
        # w ← w − 10⁶ × (gradient + 10 w), and 10⁷ × 10³⁵ is more than float32 can hold.
        update(mlp, make_examples(4), TrainingConfig(learning_rate=1e6, l2=10.0))


def test_large_parameters_are_not_diverged(make_examples: MakeExamples) -> None:
    """The parameters are finite in float32, although their squares are not."""
    mlp = new_network(NetworkConfig(hidden_sizes=(4,)))
    mlp.parameters.vector[:] *= 1e24
    mlp.parameters.weights[1][:] = 0
    assert update(mlp, make_examples(4), TrainingConfig(learning_rate=1e-6))[-1].phase is Phase.UPDATE


# ---- other data


@pytest.mark.parametrize("noise", list(AUGMENTATIONS))
def test_pictures_of_8_by_8_pixels_and_26_classes_are_trained_alike(noise: str) -> None:
    random = np.random.default_rng(0)
    pictures, labels = random.integers(0, 256, (300, 64), np.uint8), random.integers(0, 26, 300).astype(np.uint8)
    config = NetworkConfig(hidden_sizes=(9,), activation="tanh", dtype="float64").for_data(64, 26)
    training = TrainingConfig(noise=noise, dropout=0.2, label_smoothing=0.1, optimizer="adam", learning_rate=0.01)
    mlp = new_network(config)
    few, identity = np.arange(6), BatchIdentity(1, 1, 0, 1)
    rows = check_gradient(mlp, pictures[few], labels[few], 30, random, training=training, identity=identity)
    assert all(row.relative_error < 1e-6 for row in rows), rows[0]
    step, optimizer = TrainingStep(mlp), Optimizer("adam", mlp.parameters.vector)
    losses = []
    for epoch in range(1, 41):
        for _ in step.update_acts(pictures, labels, np.arange(300), optimizer, training, BatchIdentity(1, epoch, 0, 1)):
            pass
        losses.append(step.gradient.loss / 300)
    assert losses[0] == pytest.approx(math.log(26), rel=0.2)
    assert losses[-1] < losses[0]


def test_float_arrays_are_taken_as_they_are() -> None:
    """Floats of any range and any number of columns enter the network unscaled."""
    random = np.random.default_rng(0)
    x, labels = random.normal(size=(10, 7)), random.integers(0, 3, 10, dtype=np.uint8)
    config = NetworkConfig(hidden_sizes=(4,), dtype="float64").for_data(7, 3)
    step = TrainingStep(new_network(config))
    assert [act.made for act in step.batch_acts(x, labels, np.arange(10))][-1] == "dW"
    assert np.array_equal(step.buffers(10).batch.x, x)


# ---- memory


def test_only_a_few_sizes_of_buffers_are_kept() -> None:
    step = TrainingStep(new_network(NetworkConfig(hidden_sizes=(2,))))
    for rows in range(1, 30):
        for worker in range(2):
            step.buffers(rows, worker)
    assert set(step._buffers) == {(rows, worker) for rows in (26, 27, 28, 29) for worker in range(2)}
    # A large batch that is no multiple of a chunk, and a smaller last one, must find theirs again.
    shapes = [(CHUNK_ROWS, 0), (CHUNK_ROWS, 1), (9, 0), (7, 0), (5, 1)]
    spaces = [step.buffers(*shape) for shape in shapes]
    assert [step.buffers(*shape) for shape in shapes] == spaces
    assert len(set(map(id, spaces))) == len(shapes)


def measured(act: Callable[[], None]) -> tuple[int, int]:
    """Return the largest number of additional bytes while `act` runs, and the number that stays afterwards."""
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    act()
    after, peak = tracemalloc.get_traced_memory()
    return peak - before, after - before


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("batch", [32, 200])
def test_the_training_loop_allocates_nothing_of_the_size_of_a_layer(
    batch: int, loss: str, optimizer: str, make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 2)
    examples = make_examples(200 + batch)
    mlp = new_network(NetworkConfig(hidden_sizes=(1024,), loss=loss))
    step, rule = TrainingStep(mlp), Optimizer(optimizer, mlp.parameters.vector)
    step.by_act = False
    training = TrainingConfig(optimizer=optimizer, learning_rate=1e-4, l2=1e-4)

    def train() -> None:
        for start in range(0, 200 + batch, batch):
            chosen = np.arange(start, min(start + batch, 200 + batch))
            for _ in step.update_acts(*examples, chosen, rule, training):
                pass

    train()
    tracemalloc.start()
    try:
        train()
        rounds = [measured(train) for _ in range(3)]
    finally:
        tracemalloc.stop()
    # Other threads of this process are listened to as well: what the loop itself allocates is there in every round. Lists
    # and tuples that Python keeps for the next that is wanted come to three kilobytes.
    peak, stays = map(min, zip(*rounds, strict=True))
    # What comes and goes is up to ten numbers an example, and NumPy's own room for 8,192 numbers that are cast.
    assert peak < min(batch, 100) * 1024 * 4
    # A number a unit, kept at every update, would be this much at least.
    assert stays < 2 * 1024 * 4


# ---- workers


@settings(deadline=None, derandomize=True, max_examples=15)
@given(
    batch=st.sampled_from([1, 50, 199, 200, 201, 250, 2048, 2049, 5000]),
    hidden_sizes=st.sampled_from([(), (9,), (7, 5)]),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 100),
)
def test_the_bits_do_not_depend_on_the_number_of_workers(
    batch: int, hidden_sizes: tuple[int, ...], dtype: str, seed: int, make_examples: MakeExamples
) -> None:
    examples = make_examples(batch, seed)
    config = NetworkConfig(hidden_sizes=hidden_sizes, dtype=dtype)
    training = TrainingConfig(optimizer="adam", learning_rate=0.01, l2=0.01, dropout=0.3, noise="shift_rotation")
    found = []
    for workers, by_act in ((1, True), (1, False), (2, False), (3, False), (8, False)):
        mlp = new_network(config, seed)
        step, optimizer = TrainingStep(mlp), Optimizer("adam", mlp.parameters.vector)
        step.by_act = by_act
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tui_nn.core.fast.training_step.worker_count", lambda workers=workers: workers)
            for number in range(3):
                identity = BatchIdentity(seed, 1, number, 3)
                for _ in step.update_acts(*examples, np.arange(batch), optimizer, training, identity):
                    pass
        found.append((mlp.parameters.vector.tobytes(), step.gradient.loss, step.gradient.correct))
    assert len(set(found)) == 1


def test_without_a_pause_for_every_act_there_is_one_between_rounds_of_chunks(
    make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = make_examples(5 * CHUNK_ROWS)
    step = TrainingStep(new_network(NetworkConfig(hidden_sizes=(3,))))
    step.by_act = False
    rows = chunk_rows(5 * CHUNK_ROWS)
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 2)
    acts = step.batch_acts(*examples, np.arange(5 * CHUNK_ROWS))
    assert [(act.phase, step.gradient.examples) for act in acts] == [
        (Phase.BATCH, done * 2 * rows) for done in range(1, 3)
    ]
    assert step.gradient.examples == 5 * CHUNK_ROWS


def test_the_exception_of_a_worker_is_raised(make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 2)
    images, labels = make_examples(200)
    images[:100] = 0  # Only what the second worker gets is more than float32 can hold.
    mlp = new_network(NetworkConfig(hidden_sizes=(4,), activation="identity"))
    mlp.parameters.weights[0][:] = mlp.parameters.weights[1][:] = 1e30
    step = TrainingStep(mlp)
    step.by_act = False
    with np.errstate(all="ignore"), pytest.raises(Diverged, match="the loss"):
        list(step.batch_acts(images, labels, np.arange(200)))


@given(st.integers(1, 1_000_000))
def test_a_batch_s_chunks_are_alike_and_an_even_number(batch: int) -> None:
    rows = chunk_rows(batch)
    chunks = -(-batch // rows)
    assert chunks == 1 or rows <= CHUNK_ROWS
    assert chunks == 1 or chunks % 2 == 0
    assert batch - (chunks - 1) * rows > 0
