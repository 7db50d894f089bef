"""Messages that stand over the panes for a while."""

from __future__ import annotations

from typing import Any

from piloting import settle
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.shell.app import SEEN, TuiNN


def said(pilot: Pilot[Any]) -> list[str]:
    return [toast._notification.message for toast in pilot.app.screen.query(Toast)]


async def test_a_key_removes_messages_that_were_read_and_keeps_new_ones() -> None:
    app = TuiNN(InlineEngine(Start()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.notify("old", timeout=3600)
        app.notify("new", timeout=3600)
        await settle(pilot)
        for message in app._notifications:
            # However long the test takes, one is seen and one is not.
            message.raised_at += -SEEN if message.message == "old" else 3600
        await pilot.press("v")
        await settle(pilot)
        assert said(pilot) == ["new"]
