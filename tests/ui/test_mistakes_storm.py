"""A storm of keys and clicks over the Mistakes pane: nothing that anybody does there may raise, and it still answers."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from piloting import press, rows, text
from textual import events
from textual.pilot import Pilot

from tui_nn.data.own import PLACE
from tui_nn.ui.panes.mistakes import MistakesPane

ELSEWHERE = ["1", "2", "3", "4", "4", "4", "4", "space", "b", "r", "left_square_bracket", "right_square_bracket"]
"""Other panes, training, time travel; back here often enough that most keys are for this pane."""


def all_keys() -> list[str]:
    """Every key of the pane and of each of its views, and the digits that a filter takes."""
    bound = {key for _, binding in MistakesPane.all_bindings() for key in binding.key.split(",")}
    return [*sorted(bound), *"0123456789"]


async def storm(pilot: Pilot[Any], count: int, seed: int) -> list[str]:
    """Type and click at random; what was done, for whoever has to find out."""
    app, chance, done = pilot.app, random.Random(seed), []
    keys, views = all_keys(), [view.KEY for view in MistakesPane.VIEWS]
    for number in range(count):
        kind = chance.random()
        if kind < 0.2:
            width, height = app.size
            x, y = chance.randrange(width), chance.randrange(2, height - 1)
            done.append(f"click {x},{y}")
            for event in (events.MouseMove, events.MouseDown, events.MouseUp):
                button = 0 if event is events.MouseMove else 1
                app.screen._forward_event(event(None, x, y, 0, 0, button, False, False, False, x, y))
        elif kind < 0.23:
            size = chance.choice([(80, 24), (60, 20), (120, 40), (160, 50)])
            done.append(f"size {size}")
            await pilot.resize_terminal(*size)
        else:
            key = chance.choice(keys if kind < 0.9 else views if kind < 0.96 else ELSEWHERE)
            done.append(key)
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        if number % 8 == 7:
            app.screen_stack[0].listen()
            await pilot.pause()
    await pilot.pause()
    return done


async def weather(open_app: Any, tmp_path: Path, count: int, seed: int, **settings: Any) -> None:
    async with open_app(hidden_sizes=(8,), epochs=3, train_limit=500, **settings) as pilot:
        await press(pilot, "space", "4")
        await storm(pilot, count, seed)
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape", "escape", "escape")
        await press(pilot, "4", "l")
        assert "▸l list" in rows(pilot)[2], text(pilot)
        assert re.search(r"\d+ ", rows(pilot)[3]), text(pilot)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn in the storm is not kept among a person's own digits."""
    monkeypatch.setenv(PLACE, str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)


async def test_a_hundred_events_raise_nothing(open_app: Any, tmp_path: Path) -> None:
    await weather(open_app, tmp_path, 120, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "loss"), [(2, "softmax_cross_entropy"), (3, "sigmoid_mse")])
async def test_two_thousand_events_raise_nothing(open_app: Any, tmp_path: Path, seed: int, loss: str) -> None:
    await weather(open_app, tmp_path, 2000, seed, loss=loss)
