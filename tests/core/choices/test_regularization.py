"""Penalties, clipping and dropout: in numbers, and inside an update."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.backprop import Backprop
from tui_nn.core.choices.augmentation import NOISES
from tui_nn.core.choices.regularization import clip, draw_mask
from tui_nn.core.fast.batch_identity import Place, Purpose
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import Optimizer

MakeExamples = Callable[..., tuple[np.ndarray, np.ndarray]]
PLACE = Place(3, 1, 0, 10)


def backprop_of(examples: Any, place: Place | None = PLACE, **training: Any) -> Backprop:
    config = NetworkConfig(hidden_sizes=(40, 30), activation="sigmoid", bias_init="normal", dtype="float64")
    backprop = Backprop(MLP.initialize(config))
    for _ in backprop.batch_acts(*examples, np.arange(len(examples[1])), TrainingConfig(**training), place):
        pass
    return backprop


# ---- penalties


def test_l1_pulls_every_weight_as_hard_and_no_bias(make_examples: MakeExamples) -> None:
    plain, pulled = (backprop_of(make_examples(8), l1=l1) for l1 in (0.0, 0.5))
    without, with_l1 = plain.gradient.total, pulled.gradient.total
    for layer, weight in enumerate(plain.mlp.parameters.weights):
        pull = with_l1.weights[layer] - without.weights[layer]
        np.testing.assert_allclose(pull, 0.5 * np.sign(weight), rtol=1e-12)
        assert np.array_equal(with_l1.biases[layer], without.biases[layer])  # type: ignore[arg-type]
    assert plain.gradient.loss == pulled.gradient.loss, "a penalty is in no loss that is reported"


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
def test_what_is_not_finite_is_left_for_the_check_of_the_parameters(value: float) -> None:
    gradient = np.array([1.0, value])
    clip(gradient, 1.0)
    assert not np.isfinite(gradient).all()


def test_a_clipped_step_is_no_longer_than_rate_times_bound(make_examples: MakeExamples) -> None:
    examples = make_examples(20)
    for bound, clipped in ((1e-3, True), (1e5, False)):
        mlp = MLP.initialize(NetworkConfig(hidden_sizes=(5,), dtype="float64"))
        before = mlp.parameters.vector.copy()
        training = TrainingConfig(learning_rate=0.1, clip_norm=bound)
        optimizer = Optimizer("sgd", before)
        for _ in Backprop(mlp).update_acts(*examples, np.arange(20), optimizer, training):
            pass
        length = float(np.linalg.norm(mlp.parameters.vector - before))
        assert length == pytest.approx(0.1 * bound) if clipped else length < 0.1 * bound


# ---- dropout


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_mask_has_its_share_of_zeros_and_a_mean_of_one(dtype: type) -> None:
    mask = np.empty((1000, 200), dtype=dtype)
    draw_mask(np.random.default_rng(0), 0.3, mask)
    assert np.unique(mask) == pytest.approx([0, 1 / 0.7])
    assert (mask == 0).mean() == pytest.approx(0.3, abs=0.005)
    assert mask.mean() == pytest.approx(1, abs=0.01)


def test_a_dropped_unit_hands_on_nothing_and_learns_nothing(make_examples: MakeExamples) -> None:
    backprop = backprop_of(make_examples(6), dropout=0.5)
    space = backprop.workspace(6)
    for layer in (0, 1):
        dropped = space.masks[layer] == 0
        assert 0.3 < dropped.mean() < 0.7
        assert not space.below(layer + 1)[dropped].any()
        np.testing.assert_allclose(space.below(layer + 1)[~dropped], 2 * space.a[layer][~dropped])
        assert not space.delta[layer][dropped].any()
        assert space.delta[layer][~dropped].all()


def test_masks_go_by_the_place_alone(make_examples: MakeExamples) -> None:
    """Drawn again for the same place they are the same, whatever was done before; for another batch they differ."""
    examples = make_examples(6)
    backprop = backprop_of(examples, dropout=0.5)
    first = backprop.workspace(6).masks[0].copy()
    training = TrainingConfig(dropout=0.5)
    for place, same in ((Place(3, 1, 1, 10), False), (Place(3, 2, 0, 10), False), (PLACE, True)):
        for _ in backprop.batch_acts(*examples, np.arange(6), training, place):
            pass
        assert np.array_equal(backprop.workspace(6).masks[0], first) == same


def test_what_is_dropped_has_nothing_to_do_with_the_noise(make_examples: MakeExamples) -> None:
    mask = backprop_of(make_examples(6), dropout=0.5).workspace(6).masks[0]
    of_noise = np.empty_like(mask)
    draw_mask(PLACE.random(Purpose.NOISE), 0.5, of_noise)
    assert not np.array_equal(mask, of_noise)


def test_each_chunk_of_a_batch_has_masks_of_its_own(make_examples: MakeExamples) -> None:
    seen = []
    backprop = Backprop(MLP.initialize(NetworkConfig(hidden_sizes=(4,))))
    chosen = np.arange(200) % 8
    for act in backprop.batch_acts(*make_examples(8), chosen, TrainingConfig(dropout=0.5), PLACE):
        if act.made == "loss":
            seen.append(backprop.workspace(100).masks[0].copy())
    assert len(seen) == 2
    assert not np.array_equal(*seen)


def test_without_a_place_nothing_is_dropped_or_disturbed(make_examples: MakeExamples) -> None:
    plain = backprop_of(make_examples(6))
    other = backprop_of(make_examples(6), None, dropout=0.5, noise="gaussian")
    assert np.array_equal(plain.gradient.total.vector, other.gradient.total.vector)


# ---- in the loop

EVERYTHING = TrainingConfig(
    optimizer="adamw", l1=1e-4, l2=1e-3, dropout=0.3, label_smoothing=0.1, clip_norm=1.0, noise="shift_rotation",
    schedule="warmup_cosine", learning_rate=1e-3,
)  # fmt: skip


@pytest.mark.parametrize("noise", list(NOISES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_nothing_of_the_size_of_a_layer_is_allocated_with_everything_switched_on(
    activation: str, noise: str, make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One worker: a thread of a pool gets its scratch when it is first given something to do, whenever that is.
    monkeypatch.setattr("tui_nn.core.backprop.worker_count", lambda: 1)
    examples = make_examples(200)
    mlp = MLP.initialize(NetworkConfig(hidden_sizes=(1024,), activation=activation))
    backprop, optimizer = Backprop(mlp), Optimizer("adamw", mlp.parameters.vector)
    backprop.by_act = False
    training = replace(EVERYTHING, noise=noise)

    def train() -> None:
        for batch in range(2):
            place = Place(0, 1, batch, 2)
            for _ in backprop.update_acts(
                *examples, np.arange(100 * batch, 100 * batch + 100), optimizer, training, place
            ):
                pass

    train()
    tracemalloc.start()
    try:
        train()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        train()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 100 * 1024 * 4
    assert after - before < 2048
