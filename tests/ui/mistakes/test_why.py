"""Why: what is on the screen is what the arrays say, and it adds up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import press, rows, settle, snapshot, text
from textual.pilot import Pilot

from tui_nn.analysis.attribution import attribute
from tui_nn.analysis.outputs import Mistake
from tui_nn.analysis.passes import last_hidden
from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Dataset
from tui_nn.data.validation import examples_of
from tui_nn.session.run.snapshot import State, Status
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.mistakes.why.view import WhyView

OpenWhy = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


def mistake(pilot: Pilot[Any]) -> Mistake:
    cursor = pilot.app.screen.query_one(MistakesPane).cursor
    assert cursor is not None
    assert cursor.mistake is not None
    return cursor.mistake


@pytest.fixture
def why(open_app: Any) -> OpenWhy:
    """Opens Why on the worst mistake after an epoch."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), *, epochs: int = 1, **more: Any) -> AsyncIterator[Pilot[None]]:
        async with open_app(size, **({"hidden_sizes": (16,)} | more)) as pilot:
            await press(pilot, *["space"] * epochs, "4", "w")
            assert pilot.app.screen.query(WhyView)
            yield pilot

    return opened


def sums(pilot: Pilot[Any]) -> dict[str, float]:
    """The column at the right."""
    found = re.findall(r"(for \d|against|biases|curvature|z\d − z\d|z\d) +([+−]\d+\.\d\d) *$", text(pilot), re.M)
    return {name: float(number.replace("−", "-")) for name, number in found}


@pytest.mark.parametrize("activation", ["relu", "tanh"])
async def test_the_sum_on_the_screen_adds_up_to_the_difference_of_the_logits(why: OpenWhy, activation: str) -> None:
    async with why(activation=activation) as pilot:
        answer, shown = mistake(pilot), snapshot(pilot)
        pred, true = answer.predicted, answer.true
        found = attribute(shown.mlp, pilot.app.screen.query_one(MistakesPane).test.images[answer.index], (pred, true))
        for key, sides, name in (
            (None, (1, -1), f"z{pred} − z{true}"),
            ("o", (1, 0), f"z{pred}"),
            ("o", (0, 1), f"z{true}"),
        ):
            if key:
                await press(pilot, key)
            told, part = sums(pilot), found.part(sides)
            total = told.pop(name)
            assert total == pytest.approx(part.z, abs=0.006)
            assert sum(told.values()) == pytest.approx(total, abs=0.001)
            assert next(iter(told.values())) == pytest.approx(part.ups, abs=0.006)
            if activation == "relu":
                assert "curvature" not in told
        assert f"Why {pred} and not {true}?" in text(pilot)


async def test_the_line_below_describes_the_pixel_under_the_cursor(why: OpenWhy) -> None:
    async with why() as pilot:
        answer, shown = mistake(pilot), snapshot(pilot)
        image = pilot.app.screen.query_one(MistakesPane).test.images[answer.index]
        part = attribute(shown.mlp, image, (answer.predicted, answer.true)).part((1, -1))
        place = int(np.abs(part.products).argmax())
        row, column = divmod(place, 28)
        found = re.search(r"row (\d+), column (\d+): ink (\S+) × gradient (\S+) = ([+−][\d.]+)", text(pilot))
        assert found, text(pilot)
        assert (int(found[1]), int(found[2])) == (row, column), "it begins where most is said"
        assert float(found[3]) == pytest.approx(image[place] / 255, abs=0.006)
        assert float(found[4].replace("−", "-")) == pytest.approx(part.gradient[place], abs=0.006)
        assert float(found[5].replace("−", "-")) == pytest.approx(part.products[place], abs=0.006)
        empty = next(index for index in range(28) if image[index] == 0)
        await pilot.click(PointedDigit, offset=(1 + empty, 1))
        await press(pilot, "up", "right", "left")
        assert f"row 0, column {empty}: no ink" in text(pilot)
        assert {view.cursor for view in pilot.app.screen.query(SignedMap)} >= {(0, empty)}
        await pilot.click(PointedDigit, offset=(1 + 9, 1 + 6))
        await settle(pilot)
        assert "row 12, column 9" in text(pilot)


async def test_the_cursor_begins_on_the_pixel_with_the_largest_product(why: OpenWhy) -> None:
    """The colours go up to the 99th percentile, but the cursor begins at the maximum."""
    async with why() as pilot:
        answer, shown = mistake(pilot), snapshot(pilot)
        image = pilot.app.screen.query_one(MistakesPane).test.images[answer.index]
        found = attribute(shown.mlp, image, (answer.predicted, answer.true))
        for side, keys in (((1, -1), []), ((1, 0), ["o"]), ((0, 1), ["o"])):
            await press(pilot, *keys)
            products = found.part(side).products
            told = re.search(r"strongest ([+−][\d.]+) *$", text(pilot), re.M)
            assert told, text(pilot)
            assert float(told[1].replace("−", "-")) == pytest.approx(products[np.abs(products).argmax()], abs=0.006)
            if side == (1, -1):
                assert f" = {told[1]}" in text(pilot), "the cursor is there"
        await press(pilot, "h")
        drawn = pilot.app.screen.query_one("UnitContributions SignedMap", SignedMap).drawn_scale
        assert f"− blue {drawn:.2f}  0  + orange {drawn:.2f}" in text(pilot), "what the colours are worth"


async def test_the_outputs_without_the_ink_are_those_for_the_picture_without_it(why: OpenWhy) -> None:
    async with why() as pilot:
        answer, shown = mistake(pilot), snapshot(pilot)
        image = pilot.app.screen.query_one(MistakesPane).test.images[answer.index].copy()
        before = attribute(shown.mlp, image, (answer.predicted, answer.true))
        row, column = divmod(int(np.abs(before.part((1, -1)).products).argmax()), 28)
        image[row * 28 + column] = 0
        after = attribute(shown.mlp, image, (answer.predicted, answer.true)).part((1, -1)).z
        found = re.search(r"Without it: z\d − z\d \+[\d.]+ → ([+−][\d.]+);", text(pilot))
        assert found
        assert float(found[1].replace("−", "-")) == pytest.approx(after, abs=0.006)


async def test_units_are_listed_by_contribution_and_can_be_switched_off(why: OpenWhy) -> None:
    async with why() as pilot:
        await press(pilot, "h", "down")
        assert "↑↓ unit" in rows(pilot)[-1]
        answer, shown = mistake(pilot), snapshot(pilot)
        image = pilot.app.screen.query_one(MistakesPane).test.images[answer.index]
        hidden, last = last_hidden(shown.mlp, image[None])[0], shown.parameters.weights[-1]
        says = hidden * (last[:, answer.predicted] - last[:, answer.true])
        listed = [
            (int(unit), float(number.replace("−", "-")))
            for unit, number in re.findall(r"unit (\d+) +\S+ × +\S+ = +([+−][\d.]+)", text(pilot))
        ]
        assert [unit for unit, _ in listed][:2] == np.argsort(-says)[:2].tolist()
        for unit, number in listed:
            assert number == pytest.approx(says[unit], abs=0.006)
        second = int(np.argsort(-says)[1])
        assert f"▸unit {second}" in text(pilot)
        changed = Parameters(shown.parameters.sizes, True, shown.parameters.vector.copy())
        changed.weights[-1][second] = 0
        outputs = evaluate(replace(shown, parameters=changed).mlp, image[None], np.zeros(1, np.uint8)).outputs[0]
        assert f"unit {second} switched off:" in text(pilot)
        p = f"{outputs[answer.predicted]:.2f}"[1:] if 0.01 <= outputs[answer.predicted] <= 0.99 else ""
        assert f"→ {p}" in text(pilot)


async def test_the_nearest_training_digits_are_nearest_in_the_last_hidden_layer(why: OpenWhy, digits: Dataset) -> None:
    async with why(train_limit=500) as pilot:
        await press(pilot, "t")
        await settle(pilot)
        shown, image = snapshot(pilot), digits.test.images[mistake(pilot).index]
        train = examples_of(digits, shown.training).train
        hidden = last_hidden(shown.mlp, train.images).astype(float)
        distances = np.linalg.norm(hidden - last_hidden(shown.mlp, image[None])[0], axis=1)
        order = np.argsort(distances, kind="stable")[:8]
        assert [int(number) for number in re.findall(r"\d +[\d.]+ #(\d+)", text(pilot))] == order.tolist()
        told = re.findall(r"(\d) +([\d.]+) #\d+", text(pilot))
        assert [int(label) for label, _ in told] == train.labels[order].tolist()
        assert [float(distance) for _, distance in told] == [
            pytest.approx(value, abs=0.06) for value in distances[order]
        ]
        assert f"of {len(train)} training examples" in text(pilot)


async def test_w_stays_in_the_view_when_the_pixels_are_shown(why: OpenWhy) -> None:
    """In other views, `w` opens the hints."""
    async with why() as pilot:
        await press(pilot, "w", "h", "w", "w")
        assert pilot.app.screen.current == "Mistakes"
        assert sums(pilot)


async def test_n_explains_the_next_example_and_escape_goes_back_to_the_list(why: OpenWhy) -> None:
    async with why() as pilot:
        first = mistake(pilot).index
        await press(pilot, "n")
        second = mistake(pilot).index
        assert f"#{second}" in rows(pilot)[3]
        await press(pilot, "p")
        assert mistake(pilot).index == first != second
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(MistakesPane).view == "list"


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), True), ((120, 40), False), ((60, 20), False)])
async def test_every_page_fits_every_size(why: OpenWhy, size: tuple[int, int], ascii_only: bool) -> None:
    async with why(size, ascii_only=ascii_only) as pilot:
        for key in ("w", "h", "t"):
            await press(pilot, key)
            await settle(pilot)
            assert all(len(row) == size[0] for row in rows(pilot))
            if ascii_only:
                assert text(pilot).isascii()
        if size == (120, 40):
            for word in ("the sum", "switched off:", "nearest training examples"):
                assert word in text(pilot), text(pilot)


async def test_the_prediction_of_an_untrained_network_is_explained_too(why: OpenWhy) -> None:
    async with why(epochs=0) as pilot:
        assert sums(pilot)


async def test_without_a_hidden_layer_the_page_of_units_says_so(why: OpenWhy) -> None:
    async with why(hidden_sizes=()) as pilot:
        assert sums(pilot)
        await press(pilot, "h")
        assert "no hidden layer" in text(pilot)
        await press(pilot, "t")
        await settle(pilot)
        assert "by the pixels" in text(pilot)


async def test_nan_is_shown_and_explained(why: OpenWhy) -> None:
    async with why() as pilot:
        shown = snapshot(pilot)
        nan = Parameters(shown.parameters.sizes, True, np.full_like(shown.parameters.vector, np.nan))
        outputs = np.full_like(shown.evaluation.outputs, np.nan)
        answers = Evaluation(outputs, outputs[:, 0].copy(), np.zeros(len(outputs), np.uint8))
        diverged = Status(State.DIVERGED, "a weight is NaN: epoch 2, batch 1")
        pilot.app.screen.snapshot = replace(shown, parameters=nan, evaluation=answers, status=diverged, step=999)
        await settle(pilot)
        assert "No prediction: the outputs are NaN" in text(pilot)
        for key in ("h", "t", "n"):
            await press(pilot, key)
            await settle(pilot)
        assert "No distance could be computed: the activations are NaN or infinite." in text(pilot)


async def test_at_the_smallest_size_the_sum_and_the_units_are_whole(why: OpenWhy) -> None:
    """The map, the sum and all lines of the units are in view. The message row describes the pixel under the cursor."""
    async with why(size=(60, 20)) as pilot:
        shown = text(pilot)
        assert re.search(r"for \d +\+[\d.]+ ", shown)
        assert re.search(r"z\d − z\d +[+−][\d.]+", shown)
        assert re.search(r"(ink|no ink)", rows(pilot)[-2])
        await press(pilot, "right")
        assert re.search(r"(ink|no ink)", rows(pilot)[-2])
        await press(pilot, "h")
        assert re.search(r"unit \d+ switched off:", text(pilot))
        assert re.search(r"\d \S+ → \S+, \d \S+ → \S+", text(pilot))
        await press(pilot, "t")
        await settle(pilot)
        assert "by the last hidden layer:" in text(pilot)
