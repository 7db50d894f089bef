"""Dropout: the masks alone, and inside an update."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.dropout import draw_mask
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.randomness import Purpose
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.optimizers import Optimizer

MakeExamples = Callable[..., tuple[np.ndarray, np.ndarray]]
IDENTITY = BatchIdentity(3, 1, 0, 10)


def step_of(examples: Any, identity: BatchIdentity | None = IDENTITY, **training: Any) -> TrainingStep:
    config = NetworkConfig(hidden_sizes=(40, 30), activation="sigmoid", bias_init="normal", dtype="float64")
    step = TrainingStep(new_network(config))
    for _ in step.batch_acts(*examples, np.arange(len(examples[1])), TrainingConfig(**training), identity):
        pass
    return step


# ---- dropout


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_mask_has_its_share_of_zeros_and_a_mean_of_one(dtype: type) -> None:
    mask = np.empty((1000, 200), dtype=dtype)
    draw_mask(np.random.default_rng(0), 0.3, mask)
    assert np.unique(mask) == pytest.approx([0, 1 / 0.7])
    assert (mask == 0).mean() == pytest.approx(0.3, abs=0.005)
    assert mask.mean() == pytest.approx(1, abs=0.01)


def test_a_dropped_unit_hands_on_nothing_and_learns_nothing(make_examples: MakeExamples) -> None:
    step = step_of(make_examples(6), dropout=0.5)
    space = step.buffers(6).batch
    for layer in (0, 1):
        dropped = space.masks[layer] == 0
        assert 0.3 < dropped.mean() < 0.7
        assert not space.layer_input(layer + 1)[dropped].any()
        np.testing.assert_allclose(space.layer_input(layer + 1)[~dropped], 2 * space.a[layer][~dropped])
        assert not space.delta[layer][dropped].any()
        assert space.delta[layer][~dropped].all()


def test_masks_depend_only_on_the_identity_of_the_batch(make_examples: MakeExamples) -> None:
    """Masks that are drawn again for the same batch are equal, whatever happened before. Those of another batch differ."""
    examples = make_examples(6)
    step = step_of(examples, dropout=0.5)
    first = step.buffers(6).batch.masks[0].copy()
    training = TrainingConfig(dropout=0.5)
    for identity, same in ((BatchIdentity(3, 1, 1, 10), False), (BatchIdentity(3, 2, 0, 10), False), (IDENTITY, True)):
        for _ in step.batch_acts(*examples, np.arange(6), training, identity):
            pass
        assert np.array_equal(step.buffers(6).batch.masks[0], first) == same


def test_dropout_masks_do_not_depend_on_the_noise(make_examples: MakeExamples) -> None:
    mask = step_of(make_examples(6), dropout=0.5).buffers(6).batch.masks[0]
    of_noise = np.empty_like(mask)
    draw_mask(IDENTITY.random(Purpose.AUGMENTATION), 0.5, of_noise)
    assert not np.array_equal(mask, of_noise)


def test_each_chunk_of_a_batch_has_masks_of_its_own(make_examples: MakeExamples) -> None:
    seen = []
    step = TrainingStep(new_network(NetworkConfig(hidden_sizes=(4,))))
    chosen = np.arange(200) % 8
    for act in step.batch_acts(*make_examples(8), chosen, TrainingConfig(dropout=0.5), IDENTITY):
        if act.made == "loss":
            seen.append(step.buffers(100).batch.masks[0].copy())
    assert len(seen) == 2
    assert not np.array_equal(*seen)


def test_without_a_place_nothing_is_dropped_or_disturbed(make_examples: MakeExamples) -> None:
    plain = step_of(make_examples(6))
    other = step_of(make_examples(6), None, dropout=0.5, noise="gaussian")
    assert np.array_equal(plain.gradient.total.vector, other.gradient.total.vector)


# ---- in the loop

EVERYTHING = TrainingConfig(
    optimizer="adamw", l1=1e-4, l2=1e-3, dropout=0.3, label_smoothing=0.1, clip_norm=1.0, noise="shift_rotation",
    schedule="warmup_cosine", learning_rate=1e-3,
)  # fmt: skip


@pytest.mark.parametrize("noise", list(AUGMENTATIONS))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_training_loop_allocates_nothing_with_all_settings_on(
    activation: str, noise: str, make_examples: MakeExamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One worker: a thread of a pool gets its scratch when it is first given something to do, whenever that is.
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 1)
    examples = make_examples(200)
    mlp = new_network(NetworkConfig(hidden_sizes=(1024,), activation=activation))
    step, optimizer = TrainingStep(mlp), Optimizer("adamw", mlp.parameters.vector)
    step.by_act = False
    training = replace(EVERYTHING, noise=noise)

    def train() -> None:
        for batch in range(2):
            identity = BatchIdentity(0, 1, batch, 2)
            for _ in step.update_acts(
                *examples, np.arange(100 * batch, 100 * batch + 100), optimizer, training, identity
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
