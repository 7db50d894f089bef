"""A run that ends before its time says so where the state stands."""

from collections.abc import Callable
from typing import Any

OpenApp = Callable[..., Any]


async def test_the_train_pane_says_why_a_run_ended(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(4,), learning_rate=2.0, patience=1, train_limit=100, epochs=30) as pilot:
        await pilot.press("r")
        while (snapshot := pilot.app.screen.snapshot).status.reason == "" and snapshot.epoch < 30:
            pilot.app.screen.listen()
            await pilot.pause()
        await pilot.pause()
        shown = "\n".join("".join(s.text for s in strip) for strip in pilot.app.screen._compositor.render_strips())
        assert f"epoch {snapshot.epoch} done" in shown
        assert "stopped early:" in shown
        assert f"no better since epoch {snapshot.epoch - 1}" in shown
