"""Changes in Configure that are not applied: every pane shows them, and one key applies them."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, rows, snapshot, text

SMALL = {"hidden_sizes": (4,), "train_limit": 200}


@pytest.mark.parametrize("pane", ["2", "3", "4"])
async def test_every_pane_shows_them_and_P_applies_them(open_app: Any, pane: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "1", "tab", "right", pane)
        assert "• 1 not applied  P" in rows(pilot)[1]
        assert snapshot(pilot).training.learning_rate == 0.1
        await press(pilot, "P")
        assert snapshot(pilot).training.learning_rate == 0.3
        assert "changes to apply: press a" not in text(pilot)
        await press(pilot, "1")
        assert "applied" in text(pilot)
        assert "nothing changed" not in text(pilot)


@pytest.mark.parametrize("width", [60, 70, 80, 120])
async def test_the_note_fits_beside_the_tabs_and_names_a_new_network(open_app: Any, width: int) -> None:
    async with open_app((width, 24), **SMALL) as pilot:
        await press(pilot, "1", "right", "2")
        row = rows(pilot)[1]
        assert row.rstrip().endswith("  P applies" if width == 120 else "  P")
        assert "2 Train" in row
        assert ("4 Mistakes" in row) == (width > 60)
        assert ("not applied, a new network" in row) == (width == 120)
        await press(pilot, "P")
        assert snapshot(pilot).network.hidden_sizes != (4,)


async def test_without_changes_the_key_says_so(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        before = snapshot(pilot)
        await press(pilot, "P", "1", "P")
        assert snapshot(pilot).training == before.training
        assert "There are no changes to apply in Configure." in [notice.message for notice in pilot.app._notifications]


async def test_training_with_waiting_changes_says_once_that_they_are_not_applied(open_app: Any) -> None:
    """Whoever changes the rate, goes to Train and runs would otherwise watch the old rate."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "1", "tab", "right", "2", "space")
        assert [notice.message for notice in pilot.app._notifications] == [
            "1 change waits in Configure: learning rate 0.1 → 0.3. P applies the changes."
        ]
        await press(pilot, "space")
        assert len(pilot.app._notifications) <= 1, "it is said once"
        await press(pilot, "P")
        pilot.app.clear_notifications()
        await press(pilot, "space")
        assert snapshot(pilot).training.learning_rate == 0.3
        assert not pilot.app._notifications
