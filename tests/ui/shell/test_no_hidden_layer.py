"""A network without hidden layers is a network: every pane and every view of it can be looked at."""

from collections.abc import Callable
from typing import Any

from piloting import text

OpenApp = Callable[..., Any]


async def test_every_view_of_every_pane_shows_it(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(), train_limit=200) as pilot:
        await pilot.press("space")
        pilot.app.screen.listen()
        for number, pane in (("1", "#configure"), ("2", "#train"), ("3", "#inspect"), ("4", "#mistakes")):
            await pilot.press(number)
            await pilot.pause()
            assert "784 ─ 10 " in text(pilot).splitlines()[0]
            for view in getattr(pilot.app.screen.query_one(pane), "VIEWS", ()):
                await pilot.press(view.KEY, "down", "right")
                await pilot.pause()


async def test_configure_takes_the_last_layer_away_and_brings_it_again(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("1", "left")
        await pilot.pause()
        shown = text(pilot)
        assert "hidden sizes   none ▸" in shown
        assert "7,850 parameters" in shown
        assert "share 784-10 " in shown
        await pilot.press("a")
        pilot.app.screen.listen()
        await pilot.pause()
        assert pilot.app.screen.snapshot.network.hidden_sizes == ()
        await pilot.press("right", "right")
        await pilot.pause()
        assert "hidden sizes ◂ 32 ▸" in text(pilot)
