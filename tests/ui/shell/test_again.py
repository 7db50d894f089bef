"""Again with one change: one dialog from any pane, and one key in Configure."""

from __future__ import annotations

from typing import Any

from piloting import press, settle, snapshot, text
from textual.widgets import Input


async def test_a_typed_change_trains_another_run_as_long_as_the_last(open_app: Any) -> None:
    async with open_app(hidden_sizes=(4,), train_limit=200, validation=0.0) as pilot:
        await press(pilot, "space", "space", "4", "A")
        old = snapshot(pilot)
        pilot.app.screen.query_one(Input).value = "lr fast"
        await press(pilot, "enter")
        assert "learning rate is 'fast': it must be a number above 0" in text(pilot)
        pilot.app.screen.query_one(Input).value = "lr 0.5"
        await press(pilot, "enter")
        await settle(pilot)
        new = snapshot(pilot)
        assert (new.run, new.epoch, new.training.learning_rate) == (old.run + 1, 2, 0.5)
        assert new.history.records[0].test_loss == old.history.records[0].test_loss
        (said,) = pilot.app._notifications
        same = "the same start weights, the same order of examples"
        assert said.message == f"Again with learning rate 0.5: {same}. ctrl+u brings back the previous run."


async def test_in_configure_the_key_takes_the_changes_of_the_form_or_names_the_setting(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space", "1", "A")
        assert pilot.app.screen.query_one(Input).value == "hidden sizes "
        await press(pilot, "escape", "right", "A")
        await settle(pilot)
        new = snapshot(pilot)
        assert (new.run, new.epoch) == (2, 1)
        assert new.network.hidden_sizes == (16,)
