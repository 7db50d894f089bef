"""Train on data with validation examples: a row of numbers, a line on the chart, and a name in the heading."""

from __future__ import annotations

import re
from typing import Any

import pytest
from piloting import press, rows, snapshot, text

from tui_nn.data.dataset import Dataset
from tui_nn.ui.train.chart import Chart


@pytest.fixture(scope="module")
def parted(digits: Dataset) -> Dataset:
    """The bundled digits, with the last 200 test examples kept apart for validation."""
    test = digits.test
    last = type(test)(test.images[-200:], test.labels[-200:], test.class_names)
    return Dataset("parted", "parted", digits.train.first(400), test.first(800), last)


@pytest.mark.parametrize(
    ("size", "kind", "legend"),
    [
        ((60, 20), "", "loss ⠒⠒ train ⠒⠂ val. ⠒⠀ test"),
        ((60, 20), "v", "acc. ⠒⠒ train ⠒⠂ val. ⠒⠀ test"),
        ((70, 22), "", "loss ⠒⠒⠒ train ⠒⠂⠒ validation ⠒⠀⠒ test"),
        ((80, 24), "", "loss     ⠒⠒⠒ train  ⠒⠂⠒ validation  ⠒⠀⠒ test"),
        ((80, 24), "y", "loss log ⠒⠒⠒ train  ⠒⠂⠒ validation  ⠒⠀⠒ test"),
        ((120, 40), "v", "accuracy ⠒⠒⠒ train  ⠒⠂⠒ validation  ⠒⠀⠒ test"),
    ],
)
async def test_the_heading_names_all_three_lines_at_every_width(
    open_app: Any, parted: Dataset, size: tuple[int, int], kind: str, legend: str
) -> None:
    async with open_app(size, dataset=parted, hidden_sizes=(8,), train_limit=None) as pilot:
        await press(pilot, "space", "space", *kind)
        heading = rows(pilot)[2]
        assert heading[1 : 1 + len(legend)] == legend
        assert set(heading[1 + len(legend) :][:2]) == {" "}, "nothing is cut"


@pytest.mark.parametrize("size", [(60, 20), (70, 22), (80, 24), (120, 40)])
async def test_the_validation_loss_has_a_row_and_decides_the_best_epoch(
    open_app: Any, parted: Dataset, size: tuple[int, int]
) -> None:
    async with open_app(size, dataset=parted, hidden_sizes=(8,), train_limit=None) as pilot:
        await press(pilot, "space", "space", "space")
        records = snapshot(pilot).history.records
        losses = [record.validation_loss for record in records]
        best = losses.index(min(losses[1:]))
        shown = text(pilot)
        assert re.search(rf"validation +{losses[-1]:.3f} +{records[-1].validation_accuracy * 100:.2f} %", shown)
        assert re.search(rf"★ best +{losses[best]:.3f} ", shown)
        assert f"validation loss: epoch {best}" in shown
        assert pilot.app.screen.query_one(Chart).curves.has_validation


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "is measured before updates"),
        ({"dropout": 0.1}, "is measured with dropout"),
        ({"noise": "shift"}, "is measured with noise"),
    ],
)
async def test_the_numbers_say_why_train_is_below_the_other_data(
    open_app: Any, settings: dict[str, Any], why: str
) -> None:
    async with open_app(hidden_sizes=(16,), train_limit=1000, **settings) as pilot:
        await press(pilot, "space")
        record = snapshot(pilot).record
        assert record.train_accuracy < record.validation_accuracy
        assert "train accuracy is lower: it" in text(pilot)
        assert why in text(pilot)


async def test_the_numbers_explain_nothing_while_train_is_above(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,), train_limit=300, batch_size=8) as pilot:
        await press(pilot, *["space"] * 6)
        record = snapshot(pilot).record
        assert record.train_accuracy > record.validation_accuracy
        assert "train accuracy is lower" not in text(pilot)
