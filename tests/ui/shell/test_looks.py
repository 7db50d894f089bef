"""The screen shows a look, reports its present look, and holds the runs."""

from __future__ import annotations

from typing import Any

from piloting import press, settle, snapshot

from tui_nn.engine.look import Look, read_look


async def test_the_screen_shows_a_look_and_reports_it(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        screen = pilot.app.screen
        assert screen.current_look == Look("Train", "loss", branch=0, epoch=0)
        await press(pilot, "space", "space")
        await screen.show(read_look("inspect/unit layer=0 unit=5 epoch=1"))
        await settle(pilot)
        assert screen.current_look.text == "inspect/unit layer=0 unit=5 example=0 branch=0 epoch=1"
        await screen.show(read_look("inspect/example example=7"))
        await settle(pilot)
        look = screen.current_look
        assert (look.view, look.example, look.epoch) == ("example", 7, 1)
        await screen.show(read_look("mistakes/gallery"))
        await settle(pilot)
        assert screen.current_look.text.startswith("mistakes/gallery")


async def test_the_screen_holds_the_live_run_and_hands_it_to_the_panes(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space")
        (run,) = pilot.app.screen.runs.runs
        assert run.live
        assert run.summary.evaluation is snapshot(pilot).evaluation
        assert pilot.app.screen.query_one("#train").runs is pilot.app.screen.runs
