"""The row of keys: whole words at any width, and every key can be clicked."""

from __future__ import annotations

from typing import Any

from piloting import rows
from textual.pilot import Pilot

from tui_nn.ui.shell.footer import QuietFooter


def row(pilot: Pilot[Any]) -> str:
    return rows(pilot)[-1]


async def test_keys_that_have_no_room_are_left_out_whole(open_app: Any) -> None:
    """Help and palette stay; what is left is the beginning of the row, no word of it cut."""
    async with open_app(size=(120, 24), hidden_sizes=(8,)) as pilot:
        await pilot.press("4", "g")
        await pilot.pause()
        wide = row(pilot).split()
        for width in (80, 70, 60):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            words = row(pilot).split()
            assert words[-4:] == ["?", "help", "^p", "palette"]
            assert words[:-4] == wide[: len(words) - 4]
        assert words[:-4] != wide[:-4], "60 cells are too few for all"


async def test_a_click_on_a_key_presses_it(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,)) as pilot:
        await pilot.press("4")
        await pilot.pause()
        before = pilot.app.screen.query_one("MistakesPane").cursor
        await pilot.click(QuietFooter, offset=(row(pilot).index("sort"), 0))
        await pilot.pause()
        after = pilot.app.screen.query_one("MistakesPane").cursor
        assert (before.selection.order, after.selection.order) == ("loss", "p(pred)")
        await pilot.hover(QuietFooter, offset=(row(pilot).index("filter"), 0))
        await pilot.pause()
        assert pilot.app.screen.query_one(QuietFooter).tooltip == "List examples of only one true or predicted class"
        await pilot.click(QuietFooter, offset=(row(pilot).index("palette"), 0))
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 2
