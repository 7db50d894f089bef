"""The dialog that finds a learning rate."""

from __future__ import annotations

from piloting import settle, text

from tests.ui.conftest import OpenApp


async def test_the_palette_finds_a_rate_and_enter_uses_it(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(16,), train_limit=500) as pilot:
        await pilot.app.screen.run_action("find_rate")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        shown = text(pilot)
        assert "The loss falls fastest at 0.0" in shown
        assert "enter use this rate" in shown
        rate = float(shown.split("axis:")[1].split()[0].rstrip("."))
        await pilot.press("enter")
        await settle(pilot)
        snapshot = pilot.app.screen.snapshot  # type: ignore[attr-defined]
        assert snapshot.training.learning_rate == rate != 0.1
        assert "The loss falls fastest" not in text(pilot)


async def test_without_a_rate_enter_changes_nothing(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(16,), train_limit=500, weight_init="zeros") as pilot:
        await pilot.app.screen.run_action("find_rate")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        assert "this trial shows no good rate" in text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.screen.snapshot.training.learning_rate == 0.1  # type: ignore[attr-defined]
