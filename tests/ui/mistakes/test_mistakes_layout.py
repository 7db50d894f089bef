"""What a key of the Mistakes pane lays out anew: as little as it can, for that is what keys wait for."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import rows, settle
from textual.pilot import Pilot

KEYS = ["g", "l", "c", "w", "l", "a", "k", "l"]


async def layouts(pilot: Pilot[Any], *keys: str) -> int:
    """How often the screen is laid out while these keys are pressed."""
    counted: list[object] = []
    signal = pilot.app.screen.screen_layout_refresh_signal
    signal.subscribe(pilot.app.screen.query_one("StatusLine"), counted.append, immediate=True)
    try:
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
    finally:
        signal.unsubscribe(pilot.app.screen.query_one("StatusLine"))
    return len(counted)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_filter_moves_nothing(open_app: Any, size: tuple[int, int]) -> None:
    async with open_app(size, hidden_sizes=(16,), train_limit=500) as pilot:
        await pilot.press("4")
        await settle(pilot)
        before = rows(pilot)
        await pilot.press("f")
        await settle(pilot)
        during = rows(pilot)
        assert during[2:-4] == before[2:-4]
        assert "all" in during[-4]
        await pilot.press("enter")
        await settle(pilot)
        assert rows(pilot) == before
        assert await layouts(pilot, "f") == 1


async def test_a_view_that_was_seen_before_comes_back_with_one_layout(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,), train_limit=500) as pilot:
        await pilot.press("4", *KEYS)
        await settle(pilot)
        for key in KEYS:
            assert await layouts(pilot, key) <= 1, key
