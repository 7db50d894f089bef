"""What may change while training runs, changed at the same places again: the same run, to the bit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Effect
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.history import History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(100), test=BUNDLED.test.first(20))
NETWORK = NetworkConfig(hidden_sizes=(12, 8))
START = TrainingConfig(
    optimizer="nesterov", learning_rate=0.05, batch_size=20, epochs=6, dropout=0.3, noise="shift_rotation",
    schedule="warmup_cosine", clip_norm=1.0, label_smoothing=0.1,
)  # fmt: skip
"""Five batches an epoch, and everything that draws or moves switched on."""

CHANGES: list[tuple[int, int, dict[str, Any]]] = [
    (1, 0, {"dropout": 0.5}),
    (2, 3, {"learning_rate": 0.02, "momentum": 0.5}),
    (2, 3, {"batch_size": 32}),
    (3, 1, {"noise": "gaussian", "noise_std": 0.2}),
    (4, 0, {"optimizer": "adamw", "l2": 0.1, "learning_rate": 0.003}),
    (5, 2, {"dropout": 0.0, "schedule": "step", "drop_epochs": 1}),
]


def train_with(changes: list[tuple[int, int, dict[str, Any]]], epochs: int = 6) -> Session:
    session = Session(DIGITS, NETWORK, START)
    for epoch, batch, values in changes:
        *_, _ = [None, *session.run(epoch - 1 - session.epoch)]
        while session.batch < batch:
            session.step_batch()
        session.change(replace(session.training, **values))
    *_, _ = session.run(epochs - session.epoch)
    return session


def same(one: Snapshot, two: Snapshot) -> bool:
    return (
        np.array_equal(one.parameters.vector, two.parameters.vector)
        and all(map(np.array_equal, one.moments, two.moments))
        and one.history == two.history
    )


def noted(history: History) -> list[tuple[int, int, dict[str, Any]]]:
    return [(change.epoch, change.batch, change.values) for change in history.changes]


def test_the_history_notes_every_change_and_a_run_with_those_is_the_same() -> None:
    first = train_with(CHANGES)
    assert noted(first.history) == CHANGES
    again = train_with(noted(first.history))
    assert same(first.snapshot(), again.snapshot())


def test_without_one_of_them_it_is_another_run() -> None:
    """So each of them did something."""
    whole = train_with(CHANGES).snapshot().parameters.vector
    for left_out in range(len(CHANGES)):
        other = train_with([change for number, change in enumerate(CHANGES) if number != left_out])
        assert not np.array_equal(other.snapshot().parameters.vector, whole), CHANGES[left_out]


@pytest.mark.parametrize("place", [(0, 0), (2, 2), (2, 3), (4, 1), (6, 0)])
def test_any_place_of_it_can_be_had_again(place: tuple[int, int]) -> None:
    """Back and on through changed rates, batch sizes, dropout and noise."""
    session = train_with(CHANGES)
    end = session.snapshot()
    session.seek(*place)
    assert (session.epoch, session.batch) == place
    session.seek(6)
    assert same(session.snapshot(), end)


def test_what_takes_no_new_network_may_change_between_any_two_batches() -> None:
    named = {"learning_rate", "momentum", "batch_size", "dropout", "noise", "noise_std", "noise_shift", "noise_angle"}
    assert {s.name for s in TrainingConfig.settings if s.effect is not Effect.NEW_NETWORK} >= named
