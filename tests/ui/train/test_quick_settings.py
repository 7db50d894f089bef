"""Three settings of the training, seen and changed in Train while the training goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from piloting import press, rows, snapshot, text

from tui_nn.config.configs import TrainingConfig
from tui_nn.config.setting import Effect
from tui_nn.ui.configure.quick_box import QUICK

SMALL = {"hidden_sizes": (4,), "train_limit": 200, "optimizer": "sgd"}


def test_no_setting_of_the_box_needs_a_new_network() -> None:
    effects = {row.name: row.effect for row in TrainingConfig.settings}
    assert all(effects[name] is not Effect.NEW_NETWORK for name in QUICK)


async def test_the_settings_are_changed_in_place_and_the_run_goes_on(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "t")
        assert "The training begins with the new values." in text(pilot)
        # A change before the first update has no mark.
        await press(pilot, "down", "right", "enter", "t", "down", "left", "enter", "space")
        assert "t rate 0.1, sgd, batch 64" in text(pilot)
        assert "┻" not in text(pilot)
        await press(pilot, "t", "right", "down", "left", "down", "right", "enter")
        training = snapshot(pilot).training
        assert (training.learning_rate, training.batch_size, training.optimizer) == (0.3, 32, "momentum")
        assert snapshot(pilot).epoch == 1
        *_, notice = pilot.app._notifications
        assert notice.message == "Applied: optimizer sgd → momentum, learning rate 0.1 → 0.3, batch size 64 → 32"
        assert "rate 0.3, momentum" in text(pilot)
        await press(pilot, "ctrl+u")
        assert snapshot(pilot).training.learning_rate == 0.1


async def test_a_rate_is_typed_and_a_wrong_one_is_explained(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "t", "t", "ctrl+u", "0", "enter", "enter")
        assert "✗ above 0" in text(pilot), "the box stays open"
        await press(pilot, "t", "ctrl+u", "full_stop", "2", "w", "enter", "enter")
        assert snapshot(pilot).training.learning_rate == 0.2


async def test_a_digit_begins_to_type(open_app: Any) -> None:
    """Without another key: no pane is behind a digit in the box."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "t", "0", "full_stop", "0", "5", "enter", "down", "3", "2", "enter", "enter")
        assert (snapshot(pilot).training.learning_rate, snapshot(pilot).training.batch_size) == (0.05, 32)


async def test_esc_changes_nothing(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        before = snapshot(pilot).training
        await press(pilot, "t", "right", "escape")
        assert snapshot(pilot).training == before
        assert not pilot.app._notifications


@pytest.mark.parametrize("size", [(80, 24), (80, 30), (120, 40)])
async def test_the_settings_and_the_speed_fit_beside_validation_and_a_hint(
    open_app: Any, size: tuple[int, int]
) -> None:
    """The run before and the hint take the most rows. The place stays the last row of the numbers."""
    async with open_app(size, **(SMALL | {"train_limit": 600, "learning_rate": 1e-5})) as pilot:
        await press(pilot, "space", "R", "space", "space")
        shown = text(pilot)
        assert "! Learning rate too low" in shown
        for words in ("examples a second", "1e-5", "sgd", "[ ◂ epoch 2 ▸ ] of 20"):
            assert words in shown
        assert re.search(r"validation +\d\.", shown)
        assert re.search(r"\bt (change|rate)", shown)
        assert any(row.rstrip().endswith("of 20") for row in rows(pilot))
