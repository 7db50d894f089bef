"""The keys of the chart: batches, smoothing, zoom and pan, the value cursor, and the log axis of epochs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from piloting import press, settle, snapshot, text

from tui_nn.render.numbers import loss_text
from tui_nn.render.scale import EpochAxis
from tui_nn.session.run.history import Change, History
from tui_nn.ui.train.chart import Chart
from tui_nn.ui.train.epoch_line import EpochLine
from tui_nn.ui.train.pane import TrainPane

SMALL: dict[str, Any] = {"hidden_sizes": (4,), "train_limit": 200}


def chart_of(pilot: Any) -> Chart:
    chart: Chart = pilot.app.screen.query_one(Chart)
    return chart


async def test_v_leads_to_the_batches_also_within_an_epoch(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "v", "v")
        await settle(pilot)
        assert "batch loss" in text(pilot)
        batches = snapshot(pilot).batches
        assert len(chart_of(pilot).curves.batches.values) == batches
        await press(pilot, "b", "b")
        assert len(chart_of(pilot).curves.batches.values) == batches + 2
        assert pilot.app.screen.current_look.text.startswith("train/batch-loss")
        await press(pilot, "right")
        known = snapshot(pilot).history.records[1].batch_losses
        mean, low = loss_text(float(known.mean())), loss_text(float(known.min()))
        assert f"at 1  batches {mean}  low {low}" in text(pilot)
        await press(pilot, "escape", "v")
        assert chart_of(pilot).curves.batches is None


async def test_the_value_cursor_shows_all_lines_of_one_epoch(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "N", "space", "right")
        await settle(pilot)
        curves = chart_of(pilot).curves
        (before,) = curves.others
        record = snapshot(pilot).record
        losses = record.train_loss, record.validation_loss, record.test_loss, before.values[1]
        train, validation, test, other = map(loss_text, losses)
        assert f"at 1 train {train} val. {validation} test {test} A {other}" in text(pilot)
        await press(pilot, "right")
        await settle(pilot)
        assert f"A {loss_text(before.values[2])}" in text(pilot), "the run before is longer"
        await press(pilot, "escape")
        await settle(pilot)
        assert " A 2." not in text(pilot)


async def test_zoom_and_the_log_axis_move_the_line_under_the_chart_too(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 12)
        line = pilot.app.screen.query_one(EpochLine)
        assert line.axis == EpochAxis(0, 20)
        await press(pilot, "plus")
        assert line.axis == chart_of(pilot).curves.axis == EpochAxis(6, 12)
        await press(pilot, "comma")
        assert line.axis == EpochAxis(4, 10)
        await press(pilot, "X")
        assert line.axis == EpochAxis(4, 10, log=True)
        await press(pilot, "escape")
        assert line.axis == EpochAxis(0, 20, log=True)
        await press(pilot, "X", "d")
        await settle(pilot)
        assert "loss ~0.6" in text(pilot)


async def test_the_wheel_zooms_and_a_click_sets_the_cursor(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 10)
        chart = chart_of(pilot)
        await settle(pilot)
        x = chart._indent + round(EpochAxis(0, 10).share(4) * (chart.size.width - chart._indent - 1))
        await pilot.click(Chart, offset=(x, 3))
        await settle(pilot)
        pane = pilot.app.screen.query_one(TrainPane)
        assert pane.window.cursor == 4
        assert "at 4  train" in text(pilot)
        chart.post_message(Chart.Wheeled(4.0, back=False, pans=False))
        await settle(pilot)
        assert chart.curves.axis == EpochAxis(2, 7)


async def test_the_best_epoch_and_a_change_at_one_place_are_both_seen(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "space")
        now = snapshot(pilot)
        best = now.history.best.epoch
        line = pilot.app.screen.query_one(EpochLine)
        changed = History(now.history.records, (Change(best + 1, 0, {"learning_rate": 0.1}),))
        line.snapshot = replace(now, history=changed, epoch=best)
        drawn = line.render().plain
        assert sorted(mark for mark in drawn if mark in "★┻●") == sorted("★┻●")
