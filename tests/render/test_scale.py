"""Axes end where they should, and ticks are on whole rows."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.render.scale import EpochAxis, epoch_end, epoch_ticks, linear_ticks, log_ticks, tick_label


@given(st.floats(0.01, 1e6), st.integers(4, 60))
def test_linear_ticks_are_on_whole_rows_and_reach_the_need(need: float, rows: int) -> None:
    """Every tick is a whole number of rows up from 0, and the axis ends at or above what is needed, not far above."""
    end, ticks = linear_ticks(need, rows)
    assert end >= need * (1 - 1e-12)
    assert end <= need * 3.5
    assert ticks[0] == 0
    for tick in ticks:
        at = tick / end * (rows - 1)
        assert math.isclose(at, round(at), abs_tol=1e-6)


def test_the_usual_loss_axis() -> None:
    """Eleven rows and an untrained loss of 2.41: ticks every half up to 2.5."""
    assert linear_ticks(2.41, 11) == (2.5, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5])


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_an_epoch_axis_holds_the_newest_epoch(newest: int, plan: int) -> None:
    """The newest epoch is on the axis, and the axis does not pass the plan before the run does."""
    end = epoch_end(newest, plan)
    assert end >= newest
    assert end >= 1
    if newest <= plan:
        assert end <= plan


@given(st.integers(1, 10**6), st.integers(10, 200))
def test_epoch_ticks_have_room(end: int, cells: int) -> None:
    """Ticks rise from 0, stay on the axis and leave room for their labels."""
    ticks = epoch_ticks(end, cells)
    assert ticks[0] == 0
    assert ticks == sorted(set(ticks))
    assert ticks[-1] <= end
    assert sum(len(f"{tick:,}") + 1 for tick in ticks) <= cells + len(f"{end:,}") + 2


def test_log_ticks() -> None:
    """1, 2, 5 of each decade between the ends."""
    assert [tick_label(tick) for tick in log_ticks(0.05, 3, 11)] == [".05", "0.1", "0.2", "0.5", "1.0", "2.0"]


@given(st.floats(-8, 37), st.integers(4, 60))
def test_a_label_says_its_tick(power: float, rows: int) -> None:
    """Not a rounded one: ticks a quarter apart had labels that were not, and none is long."""
    need = 10**power
    ticks = [*linear_ticks(need, rows)[1], *log_ticks(need / 50, need, rows)]
    labels = [tick_label(tick) for tick in ticks]
    for tick, label in zip(ticks, labels, strict=True):
        assert math.isclose(float(label.replace("−", "-")), tick, rel_tol=1e-6)
        assert len(label) <= 7


def test_labels_of_huge_losses() -> None:
    _, ticks = linear_ticks(9e28, 11)
    assert [tick_label(tick) for tick in ticks] == ["0.0", "2e28", "4e28", "6e28", "8e28", "1e29"]
    assert [tick_label(tick) for tick in (2.5e28, 7.5e28, 12.5, 1e-9)] == ["2.5e28", "7.5e28", "12.5", "1e−9"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(("first", "end"), [(0, 1), (0, 20), (7, 19), (90, 100), (0, 100_000), (99_000, 99_010)])
@pytest.mark.parametrize("cells", [16, 45, 90, 200])
def test_the_epochs_of_every_axis_have_room(log: bool, first: int, end: int, cells: int) -> None:
    """Two ticks at least, inside the window, and no label touches the next one."""
    axis = EpochAxis(first, end, log)
    ticks = axis.ticks(cells)
    assert len(ticks) >= 2
    assert first <= ticks[0] < ticks[-1] <= end
    places = [axis.share(tick) * (cells - 1) for tick in ticks]
    for (left, right), (a, b) in zip(pairwise(places), pairwise(ticks), strict=True):
        assert right - left >= (len(f"{a:,}") + len(f"{b:,}")) / 2


@pytest.mark.parametrize("log", [False, True])
def test_a_place_on_the_axis_leads_back_to_its_epoch(log: bool) -> None:
    axis = EpochAxis(3, 1000, log)
    assert (axis.share(3), axis.share(1000)) == (0.0, 1.0)
    assert [round(axis.at(axis.share(epoch)), 6) for epoch in (3, 10, 999)] == [3, 10, 999]
