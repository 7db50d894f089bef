"""The Mistakes pane: a learner reads what the network gets wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import message, press, rows, settle, snapshot, text
from textual.pilot import Pilot

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.data.dataset import Dataset
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import State, Status
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.mistakes.list.rows import MistakeRows
from tui_nn.ui.mistakes.pane import MistakesPane

SMALL = {"hidden_sizes": (16,)}


def title(pilot: Pilot[Any]) -> str:
    return rows(pilot)[3].strip()


def chosen(pilot: Pilot[Any]) -> int:
    """The index in the caption."""
    found = re.search(r"· #(\d+)", text(pilot))
    assert found, text(pilot)
    return int(found[1])


def pane(pilot: Pilot[Any]) -> MistakesPane:
    return pilot.app.screen.query_one(MistakesPane)


async def show(pilot: Pilot[Any], **changes: Any) -> None:
    """Let the engine have said something else."""
    pilot.app.screen.snapshot = replace(snapshot(pilot), **changes)
    await pilot.pause()


def answering(evaluation: Evaluation, **changes: Any) -> Evaluation:
    """Other answers: `right` are the examples made right, with their labels."""
    outputs = evaluation.outputs.copy()
    for example, label in changes.get("right", {}).items():
        outputs[example] = 0.01
        outputs[example, label] = 0.91
    for example in changes.get("silent", ()):
        outputs[example] = np.nan
    return Evaluation(outputs, evaluation.losses, outputs.argmax(axis=1).astype(np.uint8))


@pytest.fixture
def trained(open_app: Any) -> Any:
    """Opens the app on the Mistakes pane after one epoch."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), **settings: Any) -> AsyncIterator[Pilot[Any]]:
        async with open_app(size=size, **(SMALL | settings)) as pilot:
            await press(pilot, "space", "4")
            assert snapshot(pilot).epoch == 1
            yield pilot

    return opened


def wanted(pilot: Pilot[Any], digits: Dataset, **selection: Any) -> list[int]:
    return find_mistakes(snapshot(pilot).evaluation, digits.test.labels, Selection(**selection)).indices.tolist()


# ---- what there is to see


async def test_the_mistakes_of_an_untrained_network_are_listed(open_app: Any) -> None:
    """The pane works before the first update, and says that the predictions are guesses."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "4")
        wrong = round(1000 * (1 - snapshot(pilot).record.test_accuracy))
        assert title(pilot).startswith(f"{wrong} of 1,000 test digits misclassified")
        assert message(pilot) == "The network is untrained, so it guesses. Press space to train one epoch."
        await press(pilot, "space")
        assert "untrained" not in text(pilot)
        assert int(title(pilot).split()[0]) < wrong / 2


async def test_the_worst_mistake_is_shown_with_all_its_numbers(trained: Any, digits: Dataset) -> None:
    """The picture, the ten probabilities, the calculation of the loss, the caption and the list show the same example."""
    async with trained() as pilot:
        answers = snapshot(pilot).evaluation
        index = int(answers.losses.argmax())
        true, predicted, loss = digits.test.labels[index], answers.predicted[index], answers.losses[index]
        shown = text(pilot)
        assert title(pilot).endswith("worst first")
        assert f"pred {predicted} " in shown
        assert f" · true {true} <.01 · loss {loss:.2f} · #{index}" in shown
        assert f"loss = −ln p({true})" in shown
        assert f"     = {loss:.2f}" in shown
        assert re.search(rf"▸{predicted} █.* pred ", shown)
        assert re.search(rf"✓{true} +<\.01 true ", shown)
        assert re.search(rf"▸ +{true} +{predicted} +{loss:.2f}", shown)
        sure = int((answers.outputs.max(axis=1)[answers.predicted != digits.test.labels] > 0.9).sum())
        assert f"p(pred) is above .90 for {sure} of the {len(wanted(pilot, digits))} listed." in shown


async def test_the_list_contains_the_mistakes_in_order(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        answers, order = snapshot(pilot).evaluation, wanted(pilot, digits)
        seen = [tuple(row[59:].replace("▸", " ").split()) for row in rows(pilot)[5:21]]
        assert seen == [
            (str(digits.test.labels[i]), str(answers.predicted[i]), f"{answers.losses[i]:.2f}") for i in order[:16]
        ]
        assert f"1–16 of {len(order)}" in rows(pilot)[21]


async def test_sigmoid_outputs_are_not_called_probabilities(trained: Any, digits: Dataset) -> None:
    async with trained(loss="sigmoid_mse") as pilot:
        await press(pilot, "s")
        index, answers = chosen(pilot), snapshot(pilot).evaluation
        shown = text(pilot)
        assert "p(" not in shown
        assert "a(pred)" in shown
        assert re.search(r"digit +a ", shown)
        assert re.search(r"pred \d a [.<>]+\d+ · true \d a [.<>]+\d+", shown)
        parts = re.search(r"= (\d\.\d\d) \+ (\d\.\d\d)", shown)
        assert parts
        assert float(parts[1]) + float(parts[2]) == pytest.approx(float(answers.losses[index]), abs=0.0051)
        assert f"= {answers.losses[index]:.2f}" in shown


# ---- moving


async def test_keys_move_through_the_list(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        order = wanted(pilot, digits)
        for keys, position in (
            (["down"], 1),
            (["down", "down"], 3),
            (["up"], 2),
            (["pagedown"], 18),
            (["pageup"], 2),
            (["end"], len(order) - 1),
            (["down"], len(order) - 1),
            (["home"], 0),
            (["up"], 0),
        ):
            await press(pilot, *keys)
            assert chosen(pilot) == order[position], keys
            marked = [row for row in rows(pilot)[5:21] if "▸" in row[59:]]
            assert len(marked) == 1, "the chosen row is in view"


async def test_s_chooses_each_order_in_turn(trained: Any, digits: Dataset) -> None:
    """After `s`, the title names the order, the list shows the numbers that it is sorted by, and the first row is chosen."""
    async with trained() as pilot:
        await press(pilot, "down", "down")
        for order, words, heading in (
            ("p(pred)", "most confident first", "p(pred)"),
            ("p(true)", "largest p(true) first", "p(true)"),
            ("margin", "closest calls first", "margin"),
            ("index", "in order of #", "#"),
            ("loss", "worst first", "loss"),
        ):
            await press(pilot, "s")
            assert title(pilot).endswith(words)
            assert heading in rows(pilot)[4][59:].split()
            assert chosen(pilot) == wanted(pilot, digits, order=order)[0]


async def test_the_mouse_does_what_the_keys_do(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        order = wanted(pilot, digits)
        await pilot.click(MistakeRows, offset=(5, 4))
        await pilot.pause()
        assert chosen(pilot) == order[3]
        before = rows(pilot)[5]
        listed = pilot.app.screen.query_one(MistakeRows)
        listed.scroll_to(y=40, animate=False)
        await pilot.pause()
        assert rows(pilot)[5] != before
        assert chosen(pilot) == order[3], "scrolling alone chooses nothing"
        await pilot.click(MistakeRows, offset=(5, 4))
        await pilot.pause()
        assert chosen(pilot) == order[43]
        await press(pilot, "down")
        assert chosen(pilot) == order[44], "the keys stay with the pane"
        await press(pilot, "s", "s")
        assert not title(pilot).endswith("worst first")


async def test_a_click_on_a_heading_sorts(trained: Any) -> None:
    async with trained(size=(130, 24)) as pilot:
        heading = rows(pilot)[4]
        left = pilot.app.screen.query_one(MistakeRows).region.x
        await pilot.click(MistakeRows, offset=(heading.index("p(true)") + 3 - left, 0))
        await pilot.pause()
        assert title(pilot).endswith("largest p(true) first")


async def test_x_shows_the_example_in_inspect(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr(InspectPane, "show_example", lambda _pane, index: shown.append(index))
    async with trained() as pilot:
        await press(pilot, "down")
        index = chosen(pilot)
        await press(pilot, "x")
        assert shown == [index]
        assert pilot.app.screen.current == "Inspect"


async def test_t_shows_the_example_on_the_map_of_the_test_data(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "down")
        index = chosen(pilot)
        await press(pilot, "t")
        assert pilot.app.screen.current == "Inspect"
        assert "▸t" in rows(pilot)[2]
        assert pilot.app.screen.query_one(InspectPane).choice.example == index


async def test_only_views_of_the_list_say_why_an_example_left_it(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        right = next(i for i in range(1000) if i not in wanted(pilot, digits))
        pane(pilot).show_example(right)
        await pilot.pause()
        assert message(pilot).startswith(f"#{right} is now right")
        await press(pilot, "k")
        assert f"#{right}" not in message(pilot)
        await press(pilot, "l")
        assert message(pilot).startswith(f"#{right} is now right")


async def test_another_pane_can_ask_for_an_example(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        order = wanted(pilot, digits)
        pane(pilot).show_example(order[30])
        await pilot.pause()
        assert chosen(pilot) == order[30]
        right = next(i for i in range(1000) if i not in order)
        pane(pilot).show_example(right)
        await pilot.pause()
        assert message(pilot) == f"#{right} is now right: {digits.test.labels[right]}."


# ---- the filter


async def test_a_digit_typed_in_the_filter_does_not_switch_panes(trained: Any, digits: Dataset) -> None:
    """After f, t, 3, p, 5 the list is filtered at once, and 3 does not lead to Inspect."""
    async with trained(validation=0.0) as pilot:
        total = len(wanted(pilot, digits))
        await press(pilot, "f")
        assert "enter keep" in rows(pilot)[-1]
        await press(pilot, "3")
        assert pilot.app.screen.current == "Mistakes"
        threes = wanted(pilot, digits, true=3)
        assert title(pilot).startswith(f"true 3: {len(threes)} of {total} mistakes")
        assert rows(pilot)[-3].startswith(" ▸true")
        await press(pilot, "p", "5")
        both = wanted(pilot, digits, true=3, predicted=5)
        assert title(pilot).startswith(f"true 3, predicted 5: {len(both)} of {total} mistakes")
        assert f"▐{len(both)}▌" in rows(pilot)[-2]
        await press(pilot, "enter")
        assert "true 3, predicted 5" in title(pilot)
        assert chosen(pilot) == both[0]
        assert f"1–{len(both)} of {len(both)}" in text(pilot)
        await press(pilot, "escape")
        assert title(pilot).startswith(f"{total} of 1,000")
        await press(pilot, "3")
        assert pilot.app.screen.current == "Inspect"


async def test_the_filter_counts_the_mistakes_of_each_class(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        await press(pilot, "f", "p", "9")
        answers, labels = snapshot(pilot).evaluation, digits.test.labels
        wrong = answers.predicted != labels
        numbers = [int(n) if n != "·" else 0 for n in re.findall(r"\d+|·", rows(pilot)[-3])]
        assert numbers == [
            int((wrong & (answers.predicted == 9)).sum()),
            *(int((wrong & (answers.predicted == 9) & (labels == k)).sum()) for k in range(10)),
        ]
        numbers = [int(n) if n != "·" else 0 for n in re.findall(r"\d+|·", rows(pilot)[-2])]
        assert numbers == [int(wrong.sum()), *(int((wrong & (answers.predicted == k)).sum()) for k in range(10))]


async def test_the_filter_takes_arrow_keys_and_a_for_all(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "f", "right", "right")
        assert title(pilot).startswith("true 1:")
        await press(pilot, "down", "left")
        assert title(pilot).startswith("true 1, predicted 9:")
        await press(pilot, "a", "tab", "left", "left", "f")
        assert "of 1,000 test digits" in title(pilot)
        assert pane(pilot).has_focus_within


async def test_escape_in_the_filter_lists_all_mistakes(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "f", "4", "escape")
        assert "of 1,000 test digits" in title(pilot)
        assert pane(pilot).has_focus_within


async def test_the_filter_can_be_clicked(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "f")
        heading = rows(pilot)[-4]
        await pilot.click(offset=(heading.index("7"), 22))
        await pilot.pause()
        assert title(pilot).startswith("predicted 7:")
        await pilot.click(offset=(heading.index("2"), 21))
        await pilot.pause()
        assert title(pilot).startswith("true 2, predicted 7:")
        await pilot.click(offset=(heading.index("l"), 22))
        await pilot.pause()
        assert title(pilot).startswith("true 2:")


async def test_leaving_the_pane_closes_the_filter(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "f")
        await pilot.click("TabStrip", offset=(16, 0))
        await press(pilot, "4")
        assert "p(pred) is above" in rows(pilot)[-3]
        assert "all " not in rows(pilot)[-4]
        await press(pilot, "2")
        assert pilot.app.screen.current == "Train"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("44", "A 4 predicted as 4 is right, so it is not a mistake."),
        ("01", "No 0 is predicted as 1."),
    ],
)
async def test_an_empty_list_says_why_it_is_empty(trained: Any, digits: Dataset, keys: str, sentence: str) -> None:
    async with trained() as pilot:
        true, predicted = map(int, keys)
        assert not wanted(pilot, digits, true=true, predicted=predicted)
        await press(pilot, "f", keys[0], "p", keys[1], "enter")
        assert f"true {true}, predicted {predicted}: 0 of" in title(pilot)
        assert sentence in text(pilot)
        assert "loss =" not in text(pilot)
        await press(pilot, "down", "end", "s", "x")
        assert "0 of" in title(pilot)
        assert pilot.app.screen.current == "Mistakes"


# ---- while training goes on


async def test_the_list_waits_while_training_runs(trained: Any) -> None:
    """The list stays that of one epoch. Enter lists the newest epoch with the same example under the cursor."""
    async with trained() as pilot:
        await press(pilot, "down")
        frozen = rows(pilot)[4:22]
        newest = snapshot(pilot)
        later = replace(newest.history, records=(*newest.history.records, replace(newest.record, epoch=2)))
        index = chosen(pilot)
        others = [i for i in pane(pilot).cursor.found.indices.tolist() if i != index]
        right = {i: int(pane(pilot).test.labels[i]) for i in others[:50]}
        answers = answering(newest.evaluation, right=right)
        await show(pilot, epoch=2, step=126, history=later, evaluation=answers, status=Status(State.RUNNING))
        assert rows(pilot)[4:22] == frozen
        assert title(pilot).startswith(f"{len(others) + 1} of 1,000 test digits misclassified at epoch 1")
        assert message(pilot) == "Epoch 2 is finished. Press enter to show it."
        await press(pilot, "g")
        assert message(pilot) == "Epoch 2 is finished. Press u to show it.", "there enter shows the digit large"
        await press(pilot, "l", "enter")
        assert title(pilot).startswith(f"{len(others) - 49} of 1,000 test digits misclassified  ")
        assert chosen(pilot) == index
        assert message(pilot) == ""


async def test_the_list_is_frozen_during_a_run_and_follows_its_end(trained: Any) -> None:
    async with trained(epochs=4) as pilot:
        await pilot.press("r")
        for _ in range(20):
            pilot.app.screen.listen()
            await pilot.pause()
            if snapshot(pilot).status.state is not State.RUNNING:
                break
            behind = snapshot(pilot).epoch > 1
            assert ("at epoch 1" in title(pilot)) == behind
            assert message(pilot) == (
                f"Epoch {snapshot(pilot).epoch} is finished. Press enter to show it." if behind else ""
            )
        assert snapshot(pilot).epoch == 4
        wrong = round(1000 * (1 - snapshot(pilot).record.test_accuracy))
        assert title(pilot).startswith(f"{wrong} of 1,000 test digits misclassified ")
        assert "at epoch" not in title(pilot)


async def test_after_a_single_epoch_the_list_is_new_and_the_example_the_same(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        before = wanted(pilot, digits)
        await press(pilot, "space")
        after = wanted(pilot, digits)
        assert before != after
        if before[0] in after:
            assert chosen(pilot) == before[0]
        else:
            assert f"#{before[0]} is now " in message(pilot)


async def test_the_pane_says_that_the_example_is_predicted_correctly_now(trained: Any) -> None:
    async with trained() as pilot:
        index, place = chosen(pilot), snapshot(pilot)
        label = int(pane(pilot).test.labels[index])
        later = replace(place.history, records=(*place.history.records, replace(place.record, epoch=2)))
        answers = answering(place.evaluation, right={index: label})
        await show(pilot, epoch=2, step=126, history=later, evaluation=answers)
        assert message(pilot) == f"#{index} is now right: {label}."
        assert chosen(pilot) != index
        await press(pilot, "down")
        assert message(pilot) == ""


async def test_coming_back_to_the_pane_during_training_shows_the_newest_epoch(trained: Any) -> None:
    async with trained(epochs=100_000, train_limit=500) as pilot:
        await press(pilot, "2", "r")
        for _ in range(3):
            await settle(pilot)
            pilot.app.screen.listen()
        await press(pilot, "4")
        epoch = pane(pilot).cursor.snapshot.epoch
        assert epoch > 1
        await press(pilot, "down", "down")
        assert snapshot(pilot).epoch > epoch
        assert f"at epoch {epoch} " in title(pilot), "from here on it waits again"
        await pilot.click("MistakesPane .message")
        assert pane(pilot).cursor.snapshot.epoch > epoch
        await press(pilot, "r")


async def test_new_start_weights_begin_a_new_list(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "N")
        assert snapshot(pilot).epoch == 0
        wrong = round(1000 * (1 - snapshot(pilot).record.test_accuracy))
        assert title(pilot).startswith(f"{wrong} of 1,000")
        assert message(pilot).startswith("The network is untrained")


# ---- when there is little to read


async def test_after_a_divergence_the_last_predictions_stay(trained: Any) -> None:
    async with trained() as pilot:
        index = chosen(pilot)
        await show(pilot, status=Status(State.DIVERGED, "the loss is not a finite number: epoch 2, batch 3"))
        assert message(pilot) == "The training stopped in epoch 2. This is epoch 1. Press R to start over."
        assert chosen(pilot) == index
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert message(pilot) == "The training stopped in epoch 2. R starts over."


async def test_predictions_of_nan_are_reported(trained: Any) -> None:
    async with trained() as pilot:
        place = snapshot(pilot)
        await show(pilot, evaluation=answering(place.evaluation, silent=range(1000)), step=place.step + 1)
        assert message(pilot) == "No prediction for 1,000 of 1,000 digits: the outputs are NaN. R starts over."
        assert "NaN" in rows(pilot)[6]
        await press(pilot, "down", "s", "s", "end")


async def test_if_no_prediction_is_wrong_the_least_confident_ones_are_listed(trained: Any, digits: Dataset) -> None:
    async with trained() as pilot:
        place, labels = snapshot(pilot), digits.test.labels
        outputs = np.full((1000, 10), 0.01)
        outputs[np.arange(1000), labels] = np.linspace(0.4, 0.9, 1000)
        answers = Evaluation(outputs, -np.log(outputs[np.arange(1000), labels]), labels)
        await show(pilot, evaluation=answers, step=place.step + 1)
        assert title(pilot) == "all 1,000 test digits are right: lowest confidence first"
        await press(pilot, "home")
        assert chosen(pilot) == 0
        assert " right " in text(pilot)
        await press(pilot, "s", "f", "2")
        assert pilot.app.screen.current == "Train", "there is nothing to sort or to filter"


# ---- room


@pytest.mark.parametrize(
    ("size", "list_seen", "picture"),
    [
        ((60, 20), False, (28, 14)),
        ((60, 24), False, (28, 14)),
        ((78, 24), False, (28, 14)),
        ((80, 20), True, (28, 14)),
        ((80, 24), True, (28, 14)),
        ((120, 30), True, (28, 14)),
        ((120, 40), True, (56, 28)),
        ((140, 60), True, (56, 28)),
    ],
)
async def test_every_size_shows_the_example_and_its_outputs(
    trained: Any, size: tuple[int, int], list_seen: bool, picture: tuple[int, int]
) -> None:
    async with trained(size=size) as pilot:
        shown = text(pilot)
        view = pilot.app.screen.query_one("DigitView")
        assert tuple(view.size) == picture
        assert view.region.bottom <= size[1] - 1
        for words in ("misclassified", "worst first", "digit", "pred", "true", "loss = −ln p(", "· loss ", "· #"):
            assert words in shown, words
        assert re.search(r"\n +9 |\n +[✓▸]9 |[ ✓▸]9 ", shown)
        assert ("true pred" in shown) == list_seen
        if not list_seen and size[1] > 20:
            assert re.search(r"  1 of \d+", shown)


async def test_a_wide_list_has_all_columns(trained: Any) -> None:
    async with trained(size=(140, 24)) as pilot:
        assert rows(pilot)[4].split()[2:] == ["#", "true", "pred", "p(pred)", "p(true)", "margin", "loss"]


async def test_on_a_tall_narrow_screen_a_key_enlarges_the_picture(trained: Any) -> None:
    async with trained(size=(80, 40)) as pilot:
        view = pilot.app.screen.query_one("DigitView")
        assert tuple(view.size) == (28, 14)
        await press(pilot, "Z")
        assert tuple(view.size) == (56, 28)
        assert "pred" in text(pilot)
        await press(pilot, "Z")
        assert tuple(view.size) == (28, 14)
        await pilot.resize_terminal(80, 24)
        await press(pilot, "Z")
        assert tuple(view.size) == (28, 14)


async def test_the_pane_follows_changes_of_the_window_size(trained: Any) -> None:
    async with trained() as pilot:
        await press(pilot, "end")
        index = chosen(pilot)
        for size in ((60, 20), (120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert chosen(pilot) == index
        assert any("▸" in row[59:] for row in rows(pilot)[5:21])


async def test_the_footer_fits_when_all_its_keys_are_there(trained: Any) -> None:
    async with trained() as pilot:
        for keys in (("f",), ("4", "enter")):
            await press(pilot, *keys)
            assert "? help" in rows(pilot)[-1]
            assert "palette" in rows(pilot)[-1]
        assert "esc all" in rows(pilot)[-1]


async def test_with_ascii_only_every_character_is_ascii(trained: Any) -> None:
    async with trained(ascii_only=True, validation=0.0) as pilot:
        for keys in ((), ("s",), ("f",), ("5",)):
            await press(pilot, *keys)
            assert text(pilot).isascii()
            assert "?" not in text(pilot).replace("? help", "")
        assert "@" in text(pilot)
