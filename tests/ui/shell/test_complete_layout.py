"""Every view is told its size when it is first seen: what it shows depends on the room it has."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from piloting import settle
from textual import events

from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.view import View
from tui_nn.ui.kit.view_pane import ViewPane
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.mistakes.why.view import WhyView


@pytest.mark.parametrize("pane", [MistakesPane, InspectPane])
async def test_each_view_is_told_its_size(open_app: Any, monkeypatch: pytest.MonkeyPatch, pane: type[ViewPane]) -> None:
    told: dict[str, Any] = defaultdict(lambda: None)

    def on_resize(view: View, event: events.Resize) -> None:
        told[view.NAME] = event.size

    # Handlers of all classes of a widget are called, so this takes nothing away.
    monkeypatch.setattr(View, "on_resize", on_resize, raising=False)
    async with open_app((120, 40), hidden_sizes=(8,), train_limit=200) as pilot:
        await pilot.press(pane.NUMBER)
        for view in reversed(pane.VIEWS):
            await pilot.press(view.KEY)
            await settle(pilot)
            front = pilot.app.screen.query_one(pane).front
            assert told[front.NAME] == front.outer_size, front.NAME


async def test_why_shows_all_where_there_is_room_the_first_time_too(open_app: Any) -> None:
    async with open_app((120, 40), hidden_sizes=(8,), train_limit=200) as pilot:
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert pilot.app.screen.query_one(WhyView).has_class("-wide")
