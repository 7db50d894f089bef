"""Seven experiments of a beginner: the keys are counted, and the last screen shows the conclusion.

Each begins with a trained run. A key that types a letter counts, too. Five of the seven train for a while, so they are slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from piloting import drawn, press, rows, snapshot, text, until
from textual.pilot import Pilot

from tests.ui.conftest import OpenApp
from tui_nn.session.run.status import State

SMALL = {"hidden_sizes": (32,), "epochs": 6}
slow = pytest.mark.slow


def again(change: str) -> list[str]:
    """Return the keys that train another run with one change."""
    return ["A", *change, "enter"]


async def carry_out(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Train a run in Train, press the keys, and wait for the end of the training and for the picture."""
    for some in (["2", "r"], keys):
        await press(pilot, *some)
        await until(pilot, lambda: snapshot(pilot).status.state is not State.RUNNING)
    await drawn(pilot)


@pytest.mark.parametrize(
    ("settings", "keys", "most", "said"),
    [
        pytest.param(
            SMALL, [*again("learning rate 3"), "w"], 18, ["Learning rate too high", "learning rate 0.1"], id="rate"
        ),
        pytest.param(
            SMALL, [*again("learning rate 1"), "3"], 18, ["dead 100 %", "All 32 units seem dead"], id="dead", marks=slow
        ),
        pytest.param(
            {**SMALL, "activation": "sigmoid"},
            [*again("hidden 32 32 32 32 32"), "3", "C"],
            25,
            ["the gradient vanishes", "‡ layer 0 vanishing", "B 32-32-32-32-32"],
            id="vanishing",
            marks=slow,
        ),
        pytest.param(
            {"hidden_sizes": (64,), "epochs": 20},
            [*again("train 200"), "w"],
            12,
            ["Too few training examples", "100.0 % of the 180 training examples", "can simply memorise each one"],
            id="overfitting",
            marks=slow,
        ),
        pytest.param(
            SMALL,
            [*again("weight init zeros"), "w"],
            20,
            ["All units start alike", "are all 0"],
            id="zeros",
            marks=slow,
        ),
    ],
)
async def test_the_screen_names_what_went_wrong(
    open_app: OpenApp, settings: dict[str, Any], keys: Sequence[str], most: int, said: Sequence[str]
) -> None:
    assert len(keys) <= most
    async with open_app(**settings) as pilot:
        await carry_out(pilot, keys)
        shown = " ".join(text(pilot).split())
        for words in said:
            assert words in shown, text(pilot)


@pytest.mark.parametrize(
    ("change", "values"),
    [
        pytest.param("batch size 512", ("batch size 64", "batch size 512"), id="batch"),
        pytest.param("momentum 0", ("momentum 0.9", "momentum 0"), id="momentum", marks=slow),
    ],
)
async def test_both_runs_stand_in_one_table_with_the_setting_that_differs(
    open_app: OpenApp, change: str, values: tuple[str, str]
) -> None:
    keys = again(change)
    assert len(keys) <= 16
    async with open_app(**SMALL) as pilot:
        await carry_out(pilot, keys)
        table = [row for row in rows(pilot) if row.startswith((" A before", " B now"))]
        assert [row.rstrip().rpartition("  ")[2] for row in table] == list(values)
        before, now = (float(row.split()[2]) for row in table)
        # Fewer updates, or slower ones, leave a higher loss after the same six epochs.
        assert before < now
        assert "run A" in text(pilot)
