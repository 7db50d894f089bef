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


async def test_the_run_before_stays_on_the_chart_and_ctrl_u_brings_it_back(open_app: Any) -> None:
    """After a restart with other weights, the table names both runs; undo makes the old one live under its letter."""
    async with open_app(hidden_sizes=(4,), train_limit=200) as pilot:
        await press(pilot, "space", "space")
        old = snapshot(pilot)
        assert "before" not in text(pilot).replace("before updates", "")
        await press(pilot, "N", "space")
        live, before = pilot.app.screen.query_one(Chart).curves.runs
        assert (len(live.curves), len(before.curves)) == (2, 3)
        shown = text(pilot)
        assert "run A" in shown
        assert "A before" in shown
        assert "B now" in shown
        seed = old.training.seed
        assert f"seed {seed}" in shown
        assert f"seed {seed + 1}" in shown
        await press(pilot, "ctrl+u")
        assert snapshot(pilot).history == old.history
        runs = pilot.app.screen.runs
        assert [(run.letter, run.live) for run in runs.runs] == [("A", True), ("B", False)]
        await press(pilot, "ctrl+u")
        assert [run.letter for run in pilot.app.screen.runs.runs] == ["B", "A"]
