"""The confusion matrix as it is read from the screen: every number against the answers it was counted from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
from piloting import press, rows, settle, snapshot
from textual.pilot import Pilot

from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.core.watch.metrics import confused_pairs, confusion_matrix, precision, recall
from tui_nn.data.dataset import Dataset
from tui_nn.data.validation import examples_of
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.mistakes.confusion.matrix import ConfusionMatrix
from tui_nn.ui.mistakes.confusion.pairs import PairList
from tui_nn.ui.mistakes.confusion.view import ConfusionView
from tui_nn.ui.mistakes.pane import MistakesPane

SMALL = {"hidden_sizes": (16,)}


def view(pilot: Pilot[Any]) -> ConfusionView:
    return pilot.app.screen.query_one(ConfusionView)


def matrix(pilot: Pilot[Any]) -> np.ndarray:
    """What stands on the screen, row by row; 0 for a dot."""
    numbers = [re.findall(r"[+−]?\d+|·", row[5:45]) for row in rows(pilot)[6:16]]
    return np.array([[0 if n == "·" else int(n.replace("−", "-")) for n in row] for row in numbers])


def picture(pilot: Pilot[Any]) -> np.ndarray:
    return pilot.app.screen.query_one("ConfusionView DigitView", DigitView).image


async def test_the_matrix_on_the_screen_counts_the_predictions(open_app: Any, digits: Dataset) -> None:
    """The counts, margins, axes, pairs, the example and its caption agree with the arrays."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "c")
        answers, labels = snapshot(pilot).evaluation, digits.test.labels
        counts = confusion_matrix(answers.predicted, labels, 10)
        assert (matrix(pilot) == counts).all()
        shown = rows(pilot)
        assert "predicted →" in shown[4]
        assert shown[5].split() == ["true", *"0123456789", "rec"]
        assert [row[45:50].strip() for row in shown[6:16]] == [f"{round(100 * r)}%" for r in recall(counts)]
        assert shown[16].split()[1:11] == [f"{round(100 * p)}%" for p in precision(counts)]
        pairs = confused_pairs(counts)
        listed = re.findall(r"(\d) as (\d) +(\d+)", "\n".join(shown[18:22]))
        assert [tuple(map(int, pair)) for pair in listed] == [
            (p.true, p.predicted, p.count) for row in range(4) for p in (pairs[row], pairs[row + 4])
        ]
        worst = pairs[0]
        assert f"{worst.true} predicted as {worst.predicted}: {worst.count} of 100" in shown[3]
        inside = np.flatnonzero((labels == worst.true) & (answers.predicted == worst.predicted))
        index = inside[np.argmax(answers.losses[inside])]
        assert (picture(pilot) == digits.test.images[index]).all()
        assert f"loss {answers.losses[index]:.2f} · #{index}" in "\n".join(shown)
        await press(pilot, "full_stop")
        assert f"2 of {worst.count} in this cell" in "\n".join(rows(pilot))
        assert not (picture(pilot) == digits.test.images[index]).all()


async def test_the_cursor_moves_and_opens_a_cell(open_app: Any, digits: Dataset) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "c")
        await pilot.click(ConfusionMatrix, offset=(5 + 4 * 9 + 2, 2 + 4))
        await settle(pilot)
        answers, labels = snapshot(pilot).evaluation, digits.test.labels
        fours = int(((labels == 4) & (answers.predicted == 9)).sum())
        assert f"4 predicted as 9: {fours} of 100" in rows(pilot)[3]
        assert rows(pilot)[4].index("▾") == rows(pilot)[5].index("9"), "the mark stands over its column"
        assert rows(pilot)[10].startswith(" 4 ▸")
        await press(pilot, "right", "up")
        assert "3 predicted as 0" in rows(pilot)[3], "behind the last column comes the first"
        await press(pilot, "down", "left", "enter")
        shown = rows(pilot)
        assert shown[3].strip().startswith(f"true 4, predicted 9: {fours} of ")
        assert f"of {fours}" in shown[21]
        await press(pilot, "c", "left", "left", "left", "left", "left", "enter")
        right = int(((labels == 4) & (answers.predicted == 4)).sum())
        assert rows(pilot)[3].strip().startswith(f"true 4, predicted 4: {right} of 1,000 test digits are right")
        await press(pilot, "escape", "c", "n")
        pairs = confused_pairs(confusion_matrix(answers.predicted, labels, 10))
        assert view(pilot)._cell == (pairs[0].true, pairs[0].predicted)
        await pilot.click(PairList, offset=(4, 2))
        await settle(pilot)
        assert view(pilot)._cell == (pairs[2].true, pairs[2].predicted)
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(MistakesPane).view == "list"


async def test_two_epochs_are_compared(open_app: Any, digits: Dataset) -> None:
    """The view shows how much every count has grown, and the examples behind a change."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 3, "4", "c", "minus")
        labels = digits.test.labels
        answers = [record.predicted for record in snapshot(pilot).history.records]
        for key, epoch in (
            (None, 2),
            ("less_than_sign", 1),
            ("less_than_sign", 0),
            ("less_than_sign", 0),
            ("greater_than_sign", 1),
        ):
            await press(pilot, *[key] if key else [])
            before = answers[epoch]
            assert (
                matrix(pilot) == confusion_matrix(answers[3], labels, 10) - confusion_matrix(before, labels, 10)
            ).all()
            learned = int(((before != labels) & (answers[3] == labels)).sum())
            unlearned = int(((before == labels) & (answers[3] != labels)).sum())
            assert f"epoch {epoch} to 3: {learned:,} learned, {unlearned:,} unlearned" in rows(pilot)[3]
        painted = pilot.app.screen.query_one(ConfusionMatrix)
        tints: dict[bool, set[object]] = {True: set(), False: set()}
        for strip in painted._draw()[2:12]:
            for cell in list(strip)[1:11]:
                if cell.style.bold and cell.text.strip()[0] in "+−":
                    tints["+" in cell.text].add(cell.style.bgcolor)
        assert tints[False] - tints[True], "fewer mistakes have a colour that more have not"
        index = int(re.search(r"true \d · #(\d+)", "\n".join(rows(pilot)))[1])
        assert f"pred {answers[1][index]} before, {answers[3][index]} now" in "\n".join(rows(pilot))
        await press(pilot, "minus")
        assert (matrix(pilot) == confusion_matrix(answers[3], labels, 10)).all()


async def test_the_matrix_can_count_the_training_examples(open_app: Any, digits: Dataset) -> None:
    """It counts as many examples as the run trains on. The same key brings the test examples back."""
    async with open_app(train_limit=1500, **SMALL) as pilot:
        await press(pilot, "space", "4", "c", "o")
        now = snapshot(pilot)
        train = examples_of(digits, now.training).train
        assert len(train) == now.train_examples < 1500
        predicted = evaluate(now.mlp, train.images, train.labels).predicted
        assert (matrix(pilot) == confusion_matrix(predicted, train.labels, 10)).all()
        assert f"{len(train):,} training digits, epoch 1" in rows(pilot)[3]
        index = int(re.search(r"· #(\d+)", "\n".join(rows(pilot)))[1])
        assert (picture(pilot) == train.images[index]).all()
        await press(pilot, "percent_sign")
        counts = confusion_matrix(predicted, train.labels, 10)
        shares = 100 * counts / counts.sum(axis=1, keepdims=True)
        assert np.abs(matrix(pilot) - np.where((shares > 0) & (shares < 0.5), 1, shares)).max() <= 0.5, (
            "<1 is read as 1 here"
        )
        await press(pilot, "enter")
        assert pilot.app.screen.query_one(MistakesPane).view == "confusion", "the list has test digits only"
        await press(pilot, "o")
        assert "1,000 test digits" in rows(pilot)[3]


async def test_a_class_that_is_never_predicted_is_named(open_app: Any, digits: Dataset) -> None:
    async with open_app(size=(120, 30), **SMALL) as pilot:
        await press(pilot, "4", "c")
        outputs = np.full((1000, 10), 0.01)
        outputs[:, 7] = 0.9
        answers = Evaluation(outputs, np.ones(1000), outputs.argmax(axis=1).astype(np.uint8))
        pilot.app.screen.snapshot = replace(snapshot(pilot), evaluation=answers)
        await pilot.pause()
        text = "\n".join(rows(pilot))
        assert "never predicted: 0 1 2 3 4 5 6 8 9" in text
        assert text.count("never ") >= 9
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert rows(pilot)[16].split()[1:11] == ["∅"] * 7 + ["10%"] + ["∅"] * 2
        assert matrix(pilot)[:, 7].tolist() == [100] * 10
        nothing = Evaluation(np.full((1000, 10), np.nan), np.full(1000, np.nan), np.zeros(1000, np.uint8))
        pilot.app.screen.snapshot = replace(snapshot(pilot), evaluation=nothing, step=9)
        await press(pilot, "right", "full_stop", "percent_sign", "minus")
        assert "the outputs are NaN" in rows(pilot)[-2]
