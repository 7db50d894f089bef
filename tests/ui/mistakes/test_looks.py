"""A look sets what a view of Mistakes shows, and the view reports it back."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import drawn, press, settle, text

from tui_nn.engine.look import Look, read_look


async def show(pilot: Any, look: str) -> Look:
    """Show a look, and return the look that the screen then reports."""
    await pilot.app.screen.show(read_look(look))
    await settle(pilot)
    await drawn(pilot)
    shown: Look = pilot.app.screen.current_look
    return shown


@pytest.mark.parametrize("view", ["list", "gallery", "why", "vary"])
async def test_a_view_shows_the_example_of_a_look_and_reports_it(open_app: Any, view: str) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space", "4", "down", "down")
        look = pilot.app.screen.current_look
        assert look.example is not None
        await press(pilot, "home", "2")
        shown = await show(pilot, f"mistakes/{view} example={look.example} epoch=1")
        assert (shown.pane, shown.view, shown.example, shown.epoch) == ("Mistakes", view, look.example, 1)
        assert f"#{look.example}" in text(pilot)


async def test_the_confusion_view_shows_the_cell_of_a_look_and_reports_it(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space")
        shown = await show(pilot, "mistakes/confusion cell=4,9")
        assert shown.text == "mistakes/confusion cell=4,9 branch=0 epoch=1"
        assert (await show(pilot, "mistakes/confusion cell=4,99")).cell == (4, 9), "there are ten classes"
