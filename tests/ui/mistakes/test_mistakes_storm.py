"""A storm of keys and clicks over the Mistakes pane: nothing that anybody does there may raise, and it still answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from piloting import press, rows, text

from tests.ui.storm import storm
from tui_nn.data.own import PLACE
from tui_nn.ui.mistakes.pane import MistakesPane


async def weather(open_app: Any, tmp_path: Path, count: int, seed: int, **settings: Any) -> None:
    async with open_app(hidden_sizes=(8,), epochs=3, train_limit=500, **settings) as pilot:
        await press(pilot, "space", "4")
        await storm(pilot, MistakesPane, count, seed)
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape", "escape", "escape")
        # A taught lesson, which the storm can begin, draws large numbers in place of the strip of views.
        pilot.app.screen.lessons.leave()
        await press(pilot, "4", "l")
        assert "▸l list" in rows(pilot)[2], text(pilot)
        assert re.search(r"\d+ ", rows(pilot)[3]), text(pilot)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn in the storm is not kept among a person's own digits."""
    monkeypatch.setenv(PLACE, str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)


async def test_forty_events_raise_nothing(open_app: Any, tmp_path: Path) -> None:
    await weather(open_app, tmp_path, 40, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "loss"), [(2, "softmax_cross_entropy"), (3, "sigmoid_mse")])
async def test_two_thousand_events_raise_nothing(open_app: Any, tmp_path: Path, seed: int, loss: str) -> None:
    await weather(open_app, tmp_path, 2000, seed, loss=loss)
