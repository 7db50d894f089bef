"""A storm of keys over Train and the microscope, with engines that are lost: nothing raises, and nothing of the run is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest
from piloting import settle, snapshot, text, until

from tui_nn.session.run.snapshot import State

TIMES = {"m": 12, "M": 4, "enter": 2, "escape": 4, "space": 3, "b": 3, "r": 2, "B": 3, "home": 1, "end": 1, "asterisk": 1,
         "left_square_bracket": 4, "right_square_bracket": 3, "left_curly_bracket": 1, "right_curly_bracket": 1, "n": 1,
         "u": 1, "f": 1, "w": 1, "up": 1, "left": 1, "v": 1, "y": 1, "g": 1, "5": 1, "T": 1, "z": 1, "1": 1, "tab": 1,
         "down": 1, "right": 2, "a": 2, "2": 3, "3": 1, "G": 1, "F": 1, "e": 2, "lost": 3}  # fmt: skip
"""How often each key comes, one among the others; "lost" is the end of the engine."""

SIZES = [(80, 24), (60, 20), (120, 40), (160, 50)]


async def weather(open_app: Any, count: int, seed: int, **settings: Any) -> None:
    chance = random.Random(seed)
    async with open_app(epochs=4, train_limit=200, **settings) as pilot:
        main: Any = pilot.app.screen
        for number in range(count):
            (key,) = chance.choices(list(TIMES), list(TIMES.values()))
            if key == "lost":
                await settle(pilot)
                before = snapshot(pilot)
                main._engine.send("no such command")
                await settle(pilot)
                main.action_restart_engine()
                await settle(pilot)
                assert [branch.history for branch in snapshot(pilot).branches] == [b.history for b in before.branches]
                assert snapshot(pilot).run == before.run
            elif number % 30 == 29:
                await pilot.resize_terminal(*chance.choice(SIZES))
            else:
                await pilot.press(key)
            if chance.random() < 0.4:
                main.listen()
                await pilot.pause()
            now = snapshot(pilot)
            assert len(now.history.records) == now.newest_epoch + 1
        await pilot.resize_terminal(80, 24)
        while len(pilot.app.screen_stack) > 1:
            await pilot.press("escape")
            await pilot.pause()
        main.remove_class("-zoomed")
        await pilot.press("escape", "2", "r", "r", "home")
        await settle(pilot)
        await until(pilot, lambda: snapshot(pilot).status.state not in (State.RUNNING, State.REPLAYING))
        assert "▐2 Train▌" in text(pilot)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved in the storm is saved away from here."""
    monkeypatch.chdir(tmp_path)


async def test_forty_events_raise_nothing_and_lose_nothing(open_app: Any) -> None:
    await weather(open_app, 40, 1, hidden_sizes=(8,))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "settings"),
    enumerate(
        (
            {"hidden_sizes": ()},
            {"hidden_sizes": (8, 8), "batch_size": None, "optimizer": "adam"},
            {"hidden_sizes": (8,), "activation": "identity", "learning_rate": 1e6},
            {"hidden_sizes": (6,) * 5, "activation": "sigmoid", "dropout": 0.3, "dtype": "float64"},
        ),
        2,
    ),
)
async def test_a_thousand_events_raise_nothing_and_lose_nothing(
    open_app: Any, seed: int, settings: dict[str, Any]
) -> None:
    await weather(open_app, 1000, seed, **settings)
