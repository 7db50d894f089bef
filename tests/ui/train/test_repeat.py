"""The repeat on five seeds in the app: a key begins and stops it, the chart shows the spread, and two rows say what follows."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import plotext
from piloting import drawn, press, text, until
from textual.pilot import Pilot

from tests.ui.conftest import OpenApp
from tui_nn.analysis.paired_test import PairedTest
from tui_nn.data.dataset import Dataset
from tui_nn.render.comparison import chance_sentences
from tui_nn.render.scale import EpochAxis
from tui_nn.ui.kit.plot import Axes, Columns
from tui_nn.ui.shell.main_screen import MainScreen
from tui_nn.ui.shell.seed_desk import SeedDesk


def on_a_thread(jobs: int, dataset: Dataset) -> AbstractContextManager[Executor]:
    return ThreadPoolExecutor(1)


class FirstOnly(Executor):
    """An executor that does its first task at once, and never ends another one."""

    def __init__(self) -> None:
        self._submitted = 0

    def submit(self, task: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if not self._submitted:
            future.set_result(task(*args))
        self._submitted += 1
        return future


def desk(pilot: Pilot[None]) -> SeedDesk:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen.seeds


async def test_five_seeds_of_two_settings_take_one_key(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200, epochs=2, ascii_only=True) as pilot:
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        screen.seeds = SeedDesk(on_a_thread)
        await press(pilot, "2", "r", "A", *"learning rate 2", "enter")
        await press(pilot, "V")
        assert "The seeds are being trained: " in text(pilot)
        assert " of 10 done" in text(pilot)
        await until(pilot, lambda: not desk(pilot).is_busy)
        await drawn(pilot)
        shown = text(pilot)
        assert "5 seeds, only 20 validation examples:" in shown
        assert "\\\\ A " in shown
        assert "// B " in shown
        # All 32 choices of signs give at least the two extreme sums, so the chance of five seeds is at least 2 in 32.
        assert "The gap may be chance" in shown
        assert "V adds 5" in shown
        await press(pilot, "C")
        await drawn(pilot)
        chart, _, below = text(pilot).partition("C close")[2].partition("at epoch")
        assert "// B " in below
        assert "/" in chart
        assert "\\" in chart


async def test_the_key_stops_the_training_and_the_finished_seeds_remain(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200, epochs=2) as pilot:
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        screen.seeds = SeedDesk(lambda jobs, dataset: FirstOnly())
        await press(pilot, "2", "V")
        await until(pilot, lambda: "1 of 5 done, about " in text(pilot))
        await press(pilot, "V")
        assert not desk(pilot).is_busy
        assert "being trained" not in text(pilot)
        assert "accuracy of 1 seed after 2 epochs on only 20 validation examples:" in text(pilot)
        await press(pilot, "V")
        assert "0 of 4 done" in text(pilot)


def test_a_band_is_hatched_between_its_bounds_and_curves_lie_over_it() -> None:
    axes = Axes(plotext, 44, 22)
    axis = EpochAxis(0, 10)
    axes.scale((0.0, 4.0), [0.0, 2.0, 4.0], ["0", "2", "4"], axis)
    columns = [Columns.of(np.full(11, value), axis, axes.cells) for value in (1.0, 3.0, 2.0)]
    low, high, middle = columns
    axes.band(Columns(low.low, high.high, axis, 0, 10, axes.cells, False), 7, rising=True)
    axes.curve(middle, 8)
    rows = axes.rows({7: "band", 8: "curve"})
    banded = [y for y, row in enumerate(rows) if any(role == "band" for _, role in row)]
    (curve,) = (y for y, row in enumerate(rows) if any(role == "curve" for _, role in row))
    # The axis has 20 rows for 4 units: 1 and 3 are 5 rows from its ends, and 2 is in the middle.
    assert curve in (9, 10)
    assert banded == [y for y in range(5, 15) if y != curve]


def test_a_band_without_a_lower_bound_ends_at_the_axis() -> None:
    axes = Axes(plotext, 44, 12)
    axis = EpochAxis(0, 10)
    axes.scale((0.0, 4.0), [0.0, 4.0], ["0", "4"], axis)
    nothing, high = np.full(11, math.nan), np.full(11, 2.0)
    axes.band(Columns(nothing, high, axis, 0, 10, axes.cells, False), 7, rising=False)
    axes.band(Columns(np.full(11, 9.0), np.full(11, 9.5), axis, 0, 10, axes.cells, False), 8, rising=False)
    roles = [{role for _, role in row} for row in axes.rows({7: "band", 8: "above"})]
    assert [y for y, found in enumerate(roles) if "band" in found] == [5, 6, 7, 8, 9] or "band" in roles[9]
    assert not any("above" in found for found in roles)


def test_a_rare_difference_is_hardly_chance() -> None:
    rare, common = PairedTest(10, 0.02, 0.002), PairedTest(5, 0.02, 0.5)
    assert all("hardly chance" in sentence and "0.2 %" in sentence for sentence in chance_sentences(rare))
    assert all("may be chance" in sentence and "50.0 %" in sentence for sentence in chance_sentences(common))
    assert len(chance_sentences(rare)[-1]) <= 78
