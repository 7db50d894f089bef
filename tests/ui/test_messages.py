"""Messages that stand over the panes for a while."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.ui.conftest import settle
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.app import SEEN, TuiNN


def said(pilot: Pilot[Any]) -> list[str]:
    return [toast._notification.message for toast in pilot.app.screen.query(Toast)]


async def test_a_key_takes_away_what_has_been_seen_and_leaves_what_has_not() -> None:
    app = TuiNN(InlineEngine(Start()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.notify("old")
        app.notify("new")
        await settle(pilot)
        old = next(message for message in app._notifications if message.message == "old")
        old.raised_at -= SEEN + 0.1
        await pilot.press("v")
        await settle(pilot)
        assert said(pilot) == ["new"]
