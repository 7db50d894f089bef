"""The columns of the classes: their names and their number come from the data."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

import numpy as np
from piloting import press, settle
from textual.app import App, ComposeResult

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.data.dataset import Split
from tui_nn.engine.commands import TrainOn
from tui_nn.ui.train.by_class import ByClass

CLOTHES = ("shirt", "trousers", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot")


class OneWidget(App[None]):
    """Shows the columns alone."""

    def compose(self) -> ComposeResult:
        yield ByClass()


def examples(names: tuple[str, ...], each: int = 3) -> Split:
    """Return `each` pictures of each class, all of them a filled square of 8 pixels."""
    labels = np.repeat(np.arange(len(names), dtype=np.uint8), each)
    return Split(np.full((len(labels), 64), 200, np.uint8), labels, names)


def evaluation(test: Split, wrong: int) -> Evaluation:
    """Return predictions that are right but for class `wrong`, which is always taken for class 0."""
    predicted = np.where(test.labels == wrong, 0, test.labels).astype(np.uint8)
    outputs = np.full((len(test), test.classes), 0.01, np.float32)
    outputs[np.arange(len(test)), predicted] = 0.9
    return Evaluation(outputs, np.full(len(test), 0.5, np.float32), predicted)


async def shown(test: Split, wrong: int, width: int = 80) -> list[str]:
    app = OneWidget()
    async with app.run_test(size=(width, 24)) as pilot:
        columns = app.query_one(ByClass)
        columns.test, columns.evaluation = test, evaluation(test, wrong)
        await pilot.pause()
        return [line.plain.rstrip() for line in columns.render().split("\n")]


async def test_digits_have_ten_columns_with_their_numbers() -> None:
    rows = await shown(examples(tuple("0123456789")), wrong=4)
    assert rows[-1].startswith(" by class  0 100% 1 100%")
    assert "4∅  0%" in rows[-1]
    assert rows[-3].startswith(" predicted ✓0 89% ✓1 89%")
    assert "✗0 89% ✓5" in rows[-3]


async def test_with_26_classes_the_first_ten_are_shown_and_counted() -> None:
    """The row of labels names the class with the lowest accuracy, which has no column here."""
    rows = await shown(examples(tuple(ascii_uppercase)), wrong=20)
    assert rows[-1].startswith(" 10 of 26  A 100% B 100%")
    assert "J 100%" in rows[-1]
    assert any(row.startswith(" ∅ U 0%") for row in rows)
    assert max(map(len, rows)) <= 80


async def test_long_names_are_cut_and_keep_their_numbers() -> None:
    rows = await shown(examples(CLOTHES), wrong=1)
    assert rows[-1].startswith(" 6 of 10   shirt 100% trous∅  0%")
    assert "✗shirt 89%" in rows[-3]
    assert max(map(len, rows)) <= 80
    assert "shirt" in (await shown(examples(CLOTHES), wrong=1, width=120))[-1]


async def test_no_pane_gets_a_snapshot_of_other_test_data(open_app: Any) -> None:
    async with open_app(hidden_sizes=(4,), train_limit=50) as pilot:
        await press(pilot, "space")
        screen = pilot.app.screen
        screen.send(TrainOn("bundled+only:3,5"))
        screen.listen()
        for part in screen.query(ByClass):
            assert part.evaluation is not None
            assert part.test is not None
            assert len(part.evaluation.predicted) == len(part.test)
        await settle(pilot)
        assert len(screen.query_one(ByClass).test) == len(screen.runs.live.test) == 200
        assert len(screen.runs.previous.test) == 1000
