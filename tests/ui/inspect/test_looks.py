"""A look sets what a view of Inspect shows, and the view reports it back."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import drawn, press, settle, snapshot, text

from tests.ui.conftest import OpenApp
from tui_nn.engine.look import Look, read_look

SMALL = {"hidden_sizes": (8, 6), "batch_size": 32, "train_limit": 96}


async def show(pilot: Any, look: str) -> Look:
    """Show a look; return the one that the screen then reports, without the branch and the epoch."""
    await pilot.app.screen.show(read_look(look))
    await settle(pilot)
    await drawn(pilot)
    return read_look(pilot.app.screen.current_look.text.partition(" branch=")[0])


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        ("inspect/layers layer=1 unit=0 example=0", "layer 1 relu"),
        ("inspect/histograms layer=1 unit=0 example=0", "layer 1"),
        ("inspect/flow layer=2 unit=0 example=0", "layer 2"),
        ("inspect/unit layer=0 unit=5 example=0", "unit 5"),
        ("inspect/unit layer=1 unit=4 example=0", "unit 4"),
        ("inspect/unit layer=0 unit=5 example=0 cell=3,14", "row 3, col 14"),
        ("inspect/example layer=1 unit=4 example=7", "example #7"),
        ("inspect/test-map layer=1 unit=0 example=7", "placed by layer 1"),
    ],
)
async def test_a_view_shows_a_look_and_reports_it(open_app: OpenApp, look: str, seen: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space")
        assert await show(pilot, look) == read_look(look)
        assert seen in text(pilot)


async def test_what_does_not_exist_is_replaced_by_the_nearest(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        assert await show(pilot, "inspect/unit layer=9 unit=99") == read_look("inspect/unit layer=2 unit=9 example=0")
        look = await show(pilot, "inspect/unit layer=0 unit=0 cell=99,99")
        assert look.cell == (27, 27)


@pytest.mark.parametrize(
    "look",
    [
        "inspect/microscope layer=0 unit=3 example=2 cell=9,11 act=0",
        "inspect/microscope layer=1 unit=4 example=2 cell=9,11 act=3",
        "inspect/microscope layer=1 unit=4 example=2 cell=9,11 act=11",
    ],
)
async def test_the_microscope_goes_to_the_step_of_a_look_and_reports_it(open_app: OpenApp, look: str) -> None:
    async with open_app(**SMALL) as pilot:
        wanted = read_look(look)
        assert await show(pilot, look) == wanted
        assert wanted.act is not None
        assert f"step {wanted.act + 1} of " in text(pilot)
        update = snapshot(pilot).update
        assert update is not None
        assert update.done == wanted.act + 1
        assert await show(pilot, "inspect/unit") == Look("Inspect", "unit", 0, 0, 0), "the shared choice is as before"


async def test_no_look_does_the_step_that_changes_the_weights(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        look = await show(pilot, "inspect/microscope act=99")
        update = snapshot(pilot).update
        assert update is not None
        assert (look.act, update.done) == (len(update.plan) - 2, len(update.plan) - 1)
        assert snapshot(pilot).step == 0
        await press(pilot, "m")
        assert snapshot(pilot).step == 1
        assert (await show(pilot, "inspect/microscope act=99")).act == len(update.plan) - 1
        assert (await show(pilot, "inspect/microscope act=2")).act == 2
