"""Gallery, kinds, threshold, the watch of each digit and calibration, as they are read from the screen."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import drawn, press, rows, settle, snapshot, text
from textual import events
from textual.pilot import Pilot

from tui_nn.analysis.calibration import Calibration, calibrate
from tui_nn.analysis.outputs import coverage
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.watch.metrics import class_accuracy
from tui_nn.data.dataset import Dataset
from tui_nn.render.pictures import braille, shades
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.ui.mistakes.by_class import ClassCurves, spread
from tui_nn.ui.mistakes.calibration import CalibrationView, Reliability, sentences
from tui_nn.ui.mistakes.confusion.view import ConfusionView
from tui_nn.ui.mistakes.gallery import Thumbnails
from tui_nn.ui.mistakes.pane import MistakesPane

SMALL = {"hidden_sizes": (16,)}


def title(pilot: Pilot[Any]) -> str:
    return rows(pilot)[3].strip()


def pane(pilot: Pilot[Any]) -> MistakesPane:
    return pilot.app.screen.query_one(MistakesPane)


def wanted(pilot: Pilot[Any], digits: Dataset, **selection: Any) -> list[int]:
    now = snapshot(pilot)
    return find_mistakes(now.evaluation, digits.test.labels, Selection(**selection), Past.of(now)).indices.tolist()


def chosen(pilot: Pilot[Any]) -> int:
    found = re.search(r"loss [\d.]+ · #(\d+)", text(pilot))
    assert found, text(pilot)
    return int(found[1])


# ---- the gallery


async def test_the_gallery_shows_the_listed_digits(open_app: Any, digits: Dataset) -> None:
    """Every small picture, its caption, the chosen example and its numbers agree with the arrays."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "g")
        order, answers, labels = wanted(pilot, digits), snapshot(pilot).evaluation, digits.test.labels
        shown = rows(pilot)
        for place, index in enumerate(order[:24]):
            down, across = divmod(place, 6)
            left, top = 1 + 8 * across, 4 + 4 * down
            assert [row[left + 1 : left + 7] for row in shown[top : top + 3]] == braille(digits.test.images[index])
            assert shown[top + 3][left + 1 : left + 7] == f"{labels[index]} as {answers.predicted[index]}"
        assert f"1–24 of {len(order)}" in text(pilot)
        for keys, position in ((["right"], 1), (["down", "down"], 13), (["left"], 12), (["up"], 6), (["pagedown"], 30)):
            await press(pilot, *keys)
            assert chosen(pilot) == order[position], keys
        index = order[30]
        p = answers.outputs[index, answers.predicted[index]]
        assert (
            f"pred {answers.predicted[index]} {f'{p:.2f}'[1:] if p <= 0.99 else '>.99'} · true {labels[index]}"
            in text(pilot)
        )
        assert f"loss {answers.losses[index]:.2f}" in text(pilot)
        await press(pilot, "end", "down")
        assert chosen(pilot) == order[-1], "there is none below"
        await press(pilot, "home", "enter")
        assert pane(pilot).view == "list"
        assert chosen(pilot) == order[0]


async def test_the_gallery_can_be_clicked_and_sorted(open_app: Any, digits: Dataset) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "g")
        await pilot.click(Thumbnails, offset=(8 * 2 + 3, 4 + 1))
        await settle(pilot)
        assert chosen(pilot) == wanted(pilot, digits)[8]
        for kind, position in ((events.MouseScrollDown, 32), (events.MouseScrollUp, 8)):
            pilot.app.screen._forward_event(kind(None, 20, 10, 0, 0, 0, False, False, False, 20, 10))
            await pilot.pause()
            assert chosen(pilot) == wanted(pilot, digits)[position], "the wheel turns pages"
        await press(pilot, "s", "f", "3", "enter")
        assert chosen(pilot) == wanted(pilot, digits, true=3, order="p(pred)")[0]
        assert title(pilot).startswith("true 3:")
        await press(pilot, "escape")
        assert "misclassified" in title(pilot)
        await pilot.click(Thumbnails, offset=(8 * 2 + 3, 1))
        await pilot.click(Thumbnails, offset=(8 * 2 + 3, 1))
        await settle(pilot)
        assert pane(pilot).view == "list", "what is clicked twice is opened"


async def test_the_range_names_the_pictures_of_the_page_at_every_size(open_app: Any) -> None:
    """The range is right at the smallest size too, and after each change of size."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "g")
        for size in ((60, 20), (120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            page = pilot.app.screen.query_one(Thumbnails).page
            pictures = sum(len(re.findall(r"\d as \d", row)) for row in rows(pilot))
            assert f"1–{page} of" in text(pilot)
            assert pictures == page, size


async def test_with_ascii_only_small_pictures_are_drawn_in_shades(open_app: Any, digits: Dataset) -> None:
    async with open_app(ascii_only=True, **SMALL) as pilot:
        await press(pilot, "space", "4", "g")
        first = wanted(pilot, digits)[0]
        assert [row[2:8] for row in rows(pilot)[4:7]] == shades(digits.test.images[first], 6, 3)
        for key in ("greater_than_sign", "o", "c", "a", "k"):
            await press(pilot, key)
            assert text(pilot).isascii()
            assert "?" not in text(pilot).replace("? help", "").replace("?  ", "")


# ---- kinds and threshold


async def test_each_kind_of_predictions_can_be_listed(open_app: Any, digits: Dataset) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 3, "4")
        wrong = len(wanted(pilot, digits))
        for kind, words in (
            ("newly wrong", f"of {wrong} mistakes are new since the previous epoch"),
            ("always wrong", f"of {wrong} mistakes were mistakes in every epoch"),
            ("right", "of 1,000 test digits are right"),
            ("all", f"of 1,000 test digits, {wrong} misclassified"),
            ("wrong", "of 1,000 test digits misclassified"),
        ):
            await press(pilot, "o")
            listed = wanted(pilot, digits, kind=kind)
            assert title(pilot).startswith(f"{len(listed):,} {words}")
            if listed:
                assert chosen(pilot) in listed
        await press(pilot, "o", "o", "home")
        index, labels = chosen(pilot), digits.test.labels
        assert "correct after" not in text(pilot), "it never was"
        await press(pilot, "escape", "home")
        index = chosen(pilot)
        before = [record.predicted[index] == labels[index] for record in snapshot(pilot).history.records[:-1]]
        last = max((epoch for epoch, right in enumerate(before) if right), default=None)
        said = (
            "also wrong after epochs 0 to 2"
            if last is None
            else f"last correct at epoch {last}; correct after {sum(before)} of 3 earlier epochs"
        )
        assert said in text(pilot)


async def test_with_a_threshold_the_title_says_how_many_predictions_reach_it(open_app: Any, digits: Dataset) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4")
        answers, labels = snapshot(pilot).evaluation, digits.test.labels
        for threshold in (0.5, 0.6, 0.7):
            await press(pilot, "greater_than_sign")
            left = coverage(answers, labels, threshold)
            assert f"p ≥ {threshold:.2f}".replace("0.", ".") in text(pilot)
            assert f" for {left.share:.1%} of all; {left.accuracy:.1%} of these are right".replace("%", " %") in text(
                pilot
            )
            assert chosen(pilot) == wanted(pilot, digits, threshold=threshold)[0]
        await press(pilot, *"oooo")
        sure = answers.outputs.max(axis=1) >= 0.7
        wrong = int((sure & (answers.predicted != labels)).sum())
        assert f": {sure.sum()} of 1,000 test digits, {wrong} misclassified" in title(pilot)
        await press(pilot, "o", *["less_than_sign"] * 3)
        assert "≥" not in text(pilot)
        await press(pilot, *["greater_than_sign"] * 12)
        if not wanted(pilot, digits, threshold=0.99):
            assert "No prediction in this list reaches the probability .99." in text(pilot)


# ---- each digit


async def test_the_curves_show_the_accuracy_of_each_class(open_app: Any, digits: Dataset) -> None:
    """Each row has the accuracy and its last change. The lowest has a mark, and enter lists its mistakes."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 2, "4", "a")
        records, labels = snapshot(pilot).history.records, digits.test.labels
        now, before = (class_accuracy(record.predicted, labels, 10) for record in (records[2], records[1]))
        shown = rows(pilot)[6:16]
        for digit, row in enumerate(shown):
            share, step = re.search(r"(\d+)% +([+−]\d+|·)", row).groups()
            assert int(share) == round(100 * now[digit])
            assert int(step.replace("·", "0").replace("−", "-")) == round(100 * (now[digit] - before[digit]))
        assert ["the lowest" in row for row in shown].index(True) == int(now.argmin())
        await press(pilot, "up", "enter")
        assert title(pilot).startswith(f"true 9: {len(wanted(pilot, digits, true=9))} of")
        await press(pilot, "a")
        await pilot.click(ClassCurves, offset=(9, 1 + 4))
        await settle(pilot)
        assert rows(pilot)[10].startswith(" ▸4")


async def test_a_class_that_is_no_longer_predicted_is_named(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 2, "4", "a")
        records = snapshot(pilot).history.records
        no_sevens = np.where(records[2].predicted == 7, 9, records[2].predicted).astype(np.uint8)
        history = replace(snapshot(pilot).history, records=(*records[:2], replace(records[2], predicted=no_sevens)))
        pilot.app.screen.snapshot = replace(snapshot(pilot), history=history)
        await pilot.pause()
        assert title(pilot).startswith("The network never predicts 7. ")
        assert "never predicted since 2" in rows(pilot)[13]
        unknown = tuple(replace(record, predicted=None) for record in records)
        pilot.app.screen.snapshot = replace(snapshot(pilot), history=replace(history, records=unknown))
        await pilot.pause()
        assert "does not contain the predictions of earlier epochs" in title(pilot)
        await press(pilot, "l", "o")
        assert "test digits are right" in title(pilot), "kinds that speak of the past are left out"
        await press(pilot, "c", "minus")
        assert pilot.app.screen.query_one(ConfusionView).base is None


def test_many_epochs_keep_the_first_and_the_last() -> None:
    assert spread(5, 10) == [0, 1, 2, 3, 4]
    shown = spread(1000, 40)
    assert (shown[0], shown[-1], len(shown)) == (0, 999, 40)
    assert len(set(np.diff(shown))) == 2, "evenly spaced, to the epoch"


# ---- calibration


async def test_the_calibration_bars_agree_with_the_predictions(open_app: Any, digits: Dataset) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "4", "k")
        found = calibrate(snapshot(pilot).evaluation.outputs, digits.test.labels)
        assert title(pilot).startswith(f"calibration error {found.error:.1%}".replace("%", " %"))
        for place, row in enumerate(reversed(rows(pilot)[6:16])):
            assert row[2:9].strip().startswith(f"{place / 10:.2f}"[1:])
            assert (row.split()[1] == "·") == (found.counts[place] == 0)
            if found.counts[place]:
                right, said, gap = re.search(r"([\d.]+) +([\d.]+) +([+−]\.\d\d)", row[20:]).groups()
                assert abs(float(right) - found.accuracy[place]) <= 0.0101
                assert abs(float(said) - found.confidence[place]) <= 0.0101
                assert abs(float(gap.replace("−", "-")) - found.gaps[place]) <= 0.0051
        broken = Evaluation(np.full((1000, 10), np.nan), np.full(1000, np.nan), np.zeros(1000, np.uint8))
        pilot.app.screen.snapshot = replace(snapshot(pilot), evaluation=broken, step=99)
        await pilot.pause()
        assert title(pilot).startswith("No predictions: the outputs of the network are not finite")
        assert "the outputs are NaN" in rows(pilot)[-2]


@pytest.mark.parametrize(
    ("count", "right", "said", "word"),
    [
        (51, 0.549, 0.65, "may be chance"),
        (49, 0.45, 0.65, "overconfident"),
        (500, 0.549, 0.65, "overconfident"),
        (500, 0.75, 0.65, "underconfident"),
        (6, 0.5, 0.65, "may be chance"),
        (6, 4 / 6, 0.65, ""),
        (500, 0.66, 0.65, ""),
    ],
)
def test_the_word_for_a_gap_depends_on_its_size_and_on_the_count(
    count: int, right: float, said: float, word: str
) -> None:
    """A gap below .05 that chance explains gets no word. A larger one is then called "may be chance"."""
    counts, accuracy, confidence = np.zeros(10, np.int64), np.full(10, np.nan), np.full(10, np.nan)
    counts[6], accuracy[6], confidence[6] = count, right, said
    bars = Reliability()
    bars.set_reactive(Reliability.calibration, Calibration(counts, accuracy, confidence, 0))
    (row,) = [row for row in bars.render().plain.splitlines() if row.strip().startswith(".60")]
    assert re.split(r"[+−]\.\d\d ?", row)[-1] == word
    assert not word or f"**{word}**" in CalibrationView.HELP


def test_the_sentence_about_the_largest_range_names_both_its_limits() -> None:
    for place, mean, limits in ((1, 0.17, ".10 and .20"), (9, 0.97, ".90 and 1.0")):
        counts, accuracy, confidence = np.zeros(10, np.int64), np.full(10, np.nan), np.full(10, np.nan)
        counts[place], accuracy[place], confidence[place] = 609, 0.5, mean
        (said,) = sentences(Calibration(counts, accuracy, confidence, 0), "p", "digit")
        assert f"For 609 digits the confidence is between {limits} (average {mean:.2f})".replace("0.", ".") in said


async def test_the_view_says_that_sigmoid_outputs_are_not_probabilities(open_app: Any) -> None:
    async with open_app(loss="sigmoid_mse", **SMALL) as pilot:
        await press(pilot, "space", "4", "k")
        assert "a(pred)" in text(pilot)
        assert "p(pred)" not in text(pilot)
        assert "Sigmoid outputs are not probabilities" in text(pilot)


# ---- time


async def test_every_view_follows_time_travel(open_app: Any, digits: Dataset) -> None:
    """After [, the list, the matrix, the curves and the bars are those of the epoch before."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 3, "4")
        records, labels = snapshot(pilot).history.records, digits.test.labels
        newly = wanted(pilot, digits, kind="newly wrong")
        if newly:
            pane(pilot).show_example(newly[0])
            await press(pilot, "left_square_bracket")
            assert f"#{newly[0]} is now right: {labels[newly[0]]}." in rows(pilot)[-2]
            await press(pilot, "down", "right_square_bracket")
        await press(pilot, "home", "left_square_bracket", "down")
        wrong = int((records[2].predicted != labels).sum())
        assert title(pilot).startswith(f"{wrong} of 1,000 test digits misclassified at epoch 2")
        assert rows(pilot)[-2].strip().startswith("You are looking back at epoch 2 of 3")
        await press(pilot, "c")
        assert "1,000 test digits, epoch 2" in title(pilot)
        shown = [re.findall(r"\d+|·", row[5:45]) for row in rows(pilot)[6:16]]
        right = [int(row[digit].replace("·", "0")) for digit, row in enumerate(shown)]
        assert right == (100 * class_accuracy(records[2].predicted, labels, 10)).round().astype(int).tolist()
        await press(pilot, "a")
        assert title(pilot).endswith("epoch 2")
        now = class_accuracy(records[2].predicted, labels, 10)
        assert [int(re.search(r"(\d+)%", row)[1]) for row in rows(pilot)[6:16]] == [round(100 * share) for share in now]
        await press(pilot, "k", "left_square_bracket")
        assert title(pilot).endswith("epoch 1")


async def test_inside_an_epoch_the_views_mark_its_number_with_a_plus(open_app: Any) -> None:
    """The status line does the same. The curves say up to which complete epoch they go."""
    async with open_app(size=(100, 30), hidden_sizes=(16,)) as pilot:
        await press(pilot, "space", "b", "b", "4", "c")
        assert "epoch 1+ " in rows(pilot)[0]
        await drawn(pilot)
        assert "test digits, epoch 1+" in text(pilot)
        await press(pilot, "k")
        await drawn(pilot)
        assert "epoch 1+" in "\n".join(rows(pilot)[1:])
        await press(pilot, "a")
        await drawn(pilot)
        assert "up to epoch 1 " in text(pilot)
        await press(pilot, "space", "left_square_bracket")
        await drawn(pilot)
        assert "up to" not in text(pilot)
