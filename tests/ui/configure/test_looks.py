"""A look names the setting that Configure explains."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, settle, text
from textual.events import DescendantFocus

from tui_nn.engine.look import read_look
from tui_nn.ui.configure.form import Form


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        ("configure/learning-rate", "One update changes a weight"),
        ("configure/activation", "relu"),
        ("configure/presets", "preset"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_look_names_a_setting_and_is_reported(
    open_app: Any, size: tuple[int, int], look: str, seen: str
) -> None:
    async with open_app(size, hidden_sizes=(4,), train_limit=200) as pilot:
        await pilot.app.screen.show(read_look(look))
        await settle(pilot)
        assert pilot.app.screen.current_look.text == f"{look} branch=0 epoch=0"
        form = pilot.app.screen.query_one(Form)
        form.post_message(DescendantFocus(form.query_one("#batch_size")))
        await pilot.pause()
        assert pilot.app.screen.current_look.text == f"{look} branch=0 epoch=0", (
            "the focus has moved on since that event"
        )
        await press(pilot, "2", "1")
        assert pilot.app.screen.current_look.text == f"{look} branch=0 epoch=0"
        assert seen in text(pilot)
