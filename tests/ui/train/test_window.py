"""The window of the chart: zoom, pan, the value cursor and smoothing."""

from __future__ import annotations

import pytest

from tui_nn.render.scale import EpochAxis
from tui_nn.ui.train.window import SMOOTHING, Window


def ends(window: Window, newest: int = 100) -> tuple[int, int]:
    axis = window.axis(newest, 100)
    return axis.first, axis.end


def test_the_whole_run_is_shown_at_first() -> None:
    assert Window().axis(12, 400) == EpochAxis(0, 20)
    assert Window(log=True).axis(12, 400) == EpochAxis(0, 20, log=True)


def test_zooming_in_shows_the_newest_epochs_and_follows_the_run() -> None:
    window = Window().zoom(True, 100)
    assert ends(window) == (50, 100)
    assert ends(window, 120) == (70, 120)
    assert window.zoom(False, 100) == Window()


def test_zooming_keeps_the_place_of_the_cursor_or_of_the_mouse() -> None:
    for window in (Window().point(40, 100).zoom(True, 100), Window().zoom(True, 100, about=40)):
        assert ends(window) == (20, 70)
        assert window.axis(100, 100).share(40) == Window().axis(100, 100).share(40)


def test_the_smallest_window_has_a_few_epochs_and_a_short_run_cannot_be_zoomed() -> None:
    window = Window()
    for _ in range(20):
        window = window.zoom(True, 100)
    assert ends(window) == (96, 100)
    assert Window().zoom(True, 3) == Window()


def test_panning_ends_at_both_ends_of_the_run() -> None:
    window = Window().zoom(True, 100)
    assert ends(window.pan(-0.5, 100)) == (25, 75)
    assert ends(window.pan(-9, 100)) == (0, 50)
    assert ends(window.pan(-0.5, 100), 200) == (25, 75), "a moved window does not follow the run"
    assert window.pan(-0.5, 100).pan(9, 100) == window
    assert Window().pan(-0.5, 100) == Window()


def test_the_cursor_begins_at_the_shown_epoch_and_the_window_follows_it() -> None:
    window = Window().zoom(True, 100).move(-1, 100, here=90)
    assert window.cursor == 90
    assert window.move(-10, 100, here=90).cursor == 80
    assert ends(window.point(10, 100)) == (10, 60)
    assert ends(window.point(10, 100).point(99, 100)) == (49, 99)
    assert (window.point(-4, 100).cursor, window.point(400, 100).cursor) == (0, 100)


def test_escape_removes_the_cursor_and_then_the_window() -> None:
    window = Window(log=True).zoom(True, 100).point(70, 100)
    assert window.back().cursor is None
    assert ends(window.back()) == ends(window)
    assert window.back().back() == Window(log=True)


def test_smoothing_goes_round() -> None:
    window, seen = Window(), []
    for _ in SMOOTHING:
        window = window.smoother()
        seen.append(window.smoothing)
    assert seen == [*SMOOTHING[1:], 0.0]


@pytest.mark.parametrize("newest", [0, 1, 5, 1000])
def test_no_keys_lead_to_an_empty_axis(newest: int) -> None:
    window = Window()
    for act in (
        lambda w: w.zoom(True, newest), lambda w: w.move(-3, newest, 0), lambda w: w.zoom(True, newest),
        lambda w: w.pan(-1, newest), lambda w: w.zoom(True, newest, 0.3), lambda w: w.pan(2, newest),
    ):  # fmt: skip
        window = act(window)
        for later in (0, newest, newest + 7):
            axis = window.axis(later, 20)
            assert 0 <= axis.first < axis.end
