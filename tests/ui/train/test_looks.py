"""A look sets the chart of Train, and the frozen runs of the screen are on it."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, settle, snapshot, text

from tui_nn.engine.look import read_look
from tui_nn.ui.train.chart import Chart


@pytest.mark.parametrize(
    ("look", "seen"), [("train/loss", "loss  "), ("train/log-loss", "loss log"), ("train/accuracy", "accuracy")]
)
async def test_a_look_names_the_chart(open_app: Any, look: str, seen: str) -> None:
    async with open_app(hidden_sizes=(4,), train_limit=200) as pilot:
        await press(pilot, "space", "v", "4")
        await pilot.app.screen.show(read_look(look))
        await settle(pilot)
        assert pilot.app.screen.current_look.text == f"{look} branch=0 epoch=1"
        assert seen in text(pilot)


async def test_a_frozen_run_of_the_screen_reaches_the_chart(open_app: Any) -> None:
    """The screen holds the set of runs, and its live run is replaced by every new snapshot."""
    async with open_app(hidden_sizes=(4,), train_limit=200) as pilot:
        await press(pilot, "space", "space")
        screen = pilot.app.screen
        screen.runs = screen.runs.with_frozen("wide net", snapshot(pilot))
        await press(pilot, "space")
        live, frozen = pilot.app.screen.query_one(Chart).curves.runs
        assert (len(live.records), len(frozen.records)) == (4, 3)
        assert "other run" in text(pilot)
        assert "wide net" in text(pilot)
