"""Test that what looks clickable is: values, keys of the chart, and the examples below it."""

from __future__ import annotations

from typing import Any

from piloting import drawn, press, rows, settle

from tui_nn.ui.configure.explanation import Explanation
from tui_nn.ui.train.by_class import ByClass
from tui_nn.ui.train.chart_heading import ChartHeading


async def click(pilot: Any, widget: type, x: int, y: int = 0) -> None:
    """Click a cell of a widget."""
    await pilot.click(widget, offset=(x, y))
    await settle(pilot)


async def test_a_click_on_a_value_chooses_it(open_app: Any) -> None:
    async with open_app(hidden_sizes=(64,)) as pilot:
        await press(pilot, "1")
        form = pilot.app.screen.query_one("#configure")
        top = pilot.app.screen.query_one(Explanation).region
        for value in ("256", "16", "none"):
            line = rows(pilot)[top.y]
            await click(pilot, Explanation, line.index(f" {value} ") + 1 - top.x)
            assert form._draft.typed("hidden_sizes") == value
        at = rows(pilot)[top.y].index("hidden")
        await click(pilot, Explanation, at - top.x)
        assert form._draft.typed("hidden_sizes") == "none", "a click beside the values changes nothing"


async def test_clicks_on_v_and_y_turn_the_chart(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,)) as pilot:
        await press(pilot, "space")
        pane = pilot.app.screen.arrangement.front
        heading = pilot.app.screen.query_one(ChartHeading)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        line = rows(pilot)[heading.region.y]
        await click(pilot, ChartHeading, line.index("v accuracy") - heading.region.x)
        assert pane.kind == "accuracy"
        line = rows(pilot)[heading.region.y]
        await click(pilot, ChartHeading, line.index("y log") - heading.region.x)
        assert (pane.kind, pane.log_axis) == ("loss", True)


async def test_a_click_on_a_name_above_the_chart_hides_its_line_and_shows_it_again(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200, validation=0.0) as pilot:
        await press(pilot, "space", "R", "space")
        pane, heading = pilot.app.screen.arrangement.front, pilot.app.screen.query_one(ChartHeading)
        for name, line in (("train", "train"), ("test", "test"), ("run A", "before")):
            for hidden in ({line}, set()):
                row = rows(pilot)[heading.region.y]
                await click(pilot, ChartHeading, row.index(f" {name}") + 1 - heading.region.x)
                assert pane.hidden == hidden
                assert (f"off {name}" in rows(pilot)[heading.region.y]) == bool(hidden)
        await drawn(pilot)
        before = rows(pilot)[3:15]
        await press(pilot, "x")
        await drawn(pilot)
        assert rows(pilot)[3:15] != before
        assert "run A" not in "".join(rows(pilot)[3:15])
        await press(pilot, "x")
        await drawn(pilot)
        assert rows(pilot)[3:15] == before


async def test_a_click_on_an_example_follows_it_through_the_network(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,)) as pilot:
        await press(pilot, "space")
        test = pilot.app.screen.opened.test
        await click(pilot, ByClass, 11 + 7 * 3 + 2, 1)
        look = pilot.app.screen.current_look
        assert (look.pane, look.view) == ("Inspect", "example")
        assert test.labels[look.example] == 3
