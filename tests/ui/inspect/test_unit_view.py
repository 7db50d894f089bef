"""One unit: a learner sees what it has learned, and what the network would be without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import message, press, rows, settle, snapshot, text, until
from textual.pilot import Pilot
from textual.widgets import Input

from tui_nn.analysis.units import unit_responses
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit, edited
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Dataset
from tui_nn.engine.look import Look
from tui_nn.presets import load_preset
from tui_nn.render.signed_map import glyph_rows, map_scale
from tui_nn.session.questions.unit_look import UnitLook, look_at_units, ordered
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.inspect.unit.view import UnitView
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.shell.main_screen import MainScreen

SMALL = {"hidden_sizes": (16,)}


async def answer(pilot: Pilot[Any], value: str) -> None:
    """Type a number into the question that is asked."""
    pilot.app.screen.query_one(Input).value = value
    await pilot.press("enter")
    await pilot.pause()


def view(pilot: Pilot[Any]) -> UnitView:
    return pilot.app.screen_stack[0].query_one(UnitView)


def accuracy(pilot: Pilot[Any], parameters: Parameters) -> str:
    test = view(pilot).test
    assert test is not None
    answers = evaluate(MLP(snapshot(pilot).network, parameters), test.images, test.labels)
    return f"{(answers.predicted == test.labels).mean() * 100:.2f} %"


def looked(digits: Dataset, layer: int, *, epochs: int = 1, **settings: Any) -> tuple[UnitLook, Snapshot]:
    preset = load_preset("quick-start")
    session = Session(digits, replace(preset.network, **settings), preset.training)
    *_, last = session.snapshot(), *session.run(epochs)
    return next(look_at_units(last, digits.test, layer, ())), last


async def test_a_unit_in_numbers_and_pictures(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learned is drawn; mean answers, votes and the most exciting digits are those of plain NumPy."""
    monkeypatch.setattr("tui_nn.ui.kit.picture.Coloured.in_colour", False)
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "right", "right")
        now, test = snapshot(pilot), view(pilot).test
        assert test is not None
        a = np.maximum(test.images / 255 @ now.parameters.weights[0][:, 2] + now.parameters.biases[0][2], 0)
        assert f"unit 2 of 16 in layer 0 relu · on for {(a > 0).mean() * 100:.0f} %" in text(pilot)
        start = new_network(now.network, now.training.seed, now.training.generator).parameters
        learned = (now.parameters.weights[0] - start.weights[0])[:, 2].reshape(28, 28)
        drawn = glyph_rows(learned, map_scale(learned))
        assert all(row in line for row, line in zip(drawn, rows(pilot)[7:21], strict=True))
        assert "weight change since the start" in text(pilot)
        for digit in range(10):
            line = rows(pilot)[6 + digit]
            assert f"{a[test.labels == digit].mean():.2f}" in line
            assert f"{now.parameters.weights[1][2, digit]:+.2f}".replace("-", "−") in line
        best = np.argsort(-a, kind="stable")[0]
        assert f"{test.labels[best]} {a[best]:.2f}"[:6] in text(pilot)


async def test_d_draws_something_else(open_app: Any) -> None:
    """Weights, gradient, last step; before anything was learned the weights are drawn, and the caption says so."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "u")
        assert "incoming weights, untrained" in text(pilot)
        await press(pilot, "b")
        assert "weight change since the start" in text(pilot)
        for title in (
            "incoming weights",
            "gradient of the weights",
            "weight change in last update",
            "weight change since",
        ):
            await press(pilot, "d")
            assert title in rows(pilot)[5]


async def test_the_cursor_says_one_weight_in_words(open_app: Any) -> None:
    """It begins on the strongest; arrows move it from pixel to pixel; escape leaves it, and then the view."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "c")
        source = view(pilot).source
        assert source is not None
        await press(pilot, "right", "down")
        there = view(pilot).source
        assert there == source + 29
        now = snapshot(pilot)
        assert f"▸ w from row {there // 28}, col {there % 28}" in text(pilot)
        weight = f"{now.parameters.weights[0][there, 0]:+.2f}".replace("-", "−")
        if abs(now.parameters.weights[0][there, 0]) >= 0.01:
            assert f"→ {weight}" in text(pilot)
        await press(pilot, "escape")
        assert view(pilot).source is None
        assert "bias" in text(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(InspectPane).view == "layers"


async def test_a_unit_is_switched_off_and_on_in_a_copy(open_app: Any) -> None:
    """The accuracy of the copy on all test digits stands there at once; nothing has changed."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "o")
        now = snapshot(pilot)
        before, after = accuracy(pilot, now.parameters), accuracy(pilot, edited(now.parameters, (Edit(OFF, 0, 0),)))
        assert message(pilot).startswith(f"Copy with unit 0 of layer 0 off · test {before} → {after}")
        assert "off in the edited copy" in text(pilot)
        await press(pilot, "o")
        assert not message(pilot).startswith(("Copy with", "Kept"))
        await press(pilot, "o", "backspace")
        assert not message(pilot).startswith(("Copy with", "Kept"))
        assert snapshot(pilot).parameters is now.parameters
        assert snapshot(pilot).history.changes == ()


async def test_a_copy_that_is_kept_is_what_training_goes_on_from(open_app: Any) -> None:
    """A bias and the weight under the cursor get other values; the history notes both."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "e")
        await answer(pilot, "much")
        assert "'much' is not a number" in text(pilot)
        await answer(pilot, "1_0")
        assert "'1_0' is not a number" in text(pilot)
        await answer(pilot, "0,5")
        await press(pilot, "c")
        source = view(pilot).source
        assert source is not None
        await press(pilot, "e")
        await answer(pilot, "-1.25")
        await settle(pilot)
        before = snapshot(pilot)
        edits = (Edit(BIAS, 0, 0, value=0.5), Edit(WEIGHT, 0, 0, source, -1.25))
        wanted = edited(before.parameters, edits)
        assert message(pilot).startswith("Copy with 2 changes")
        assert f"→ {accuracy(pilot, wanted)}" in message(pilot)
        assert "→ −1.25" in text(pilot)
        await press(pilot, "k")
        after = snapshot(pilot)
        assert np.array_equal(after.parameters.vector, wanted.vector)
        assert after.history.changes[-1].edits == edits
        assert message(pilot).startswith("Now in a new branch: 2 changes")
        await press(pilot, "space")
        assert not message(pilot).startswith(("Copy with", "Kept"))


async def test_what_is_kept_is_a_branch_and_said_to_be(open_app: Any) -> None:
    """In whole sentences: at 80 columns none is cut off, whether it is a unit or several changes, now or in the past."""
    async with open_app(epochs=2, train_limit=200, **SMALL) as pilot:
        await press(pilot, "space", "3", "u", "o", "k")
        assert message(pilot) == "Now in a new branch: unit 0 of layer 0 off (its outgoing weights are 0)"
        await press(pilot, "right", "o", "right", "o", "k")
        assert message(pilot) == "Now in a new branch: 2 changes"
        assert len(snapshot(pilot).branches) == 3
        await press(pilot, "left_square_bracket")
        await until(pilot, lambda: snapshot(pilot).epoch == 0)
        await press(pilot, "right", "o", "k")
        assert message(pilot) == "Now in a new branch from epoch 0: unit 3 of layer 0 off"
        assert len(snapshot(pilot).branches) == 4


async def test_units_are_sorted_and_found_by_number(open_app: Any) -> None:
    """`s` goes to the first of another order, arrows along it, and `enter` to the digit that excites the unit most."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "s")
        look = view(pilot).shown
        assert look is not None
        order = ordered(look.responses, "most often on")
        assert view(pilot).choice.unit == order[0]
        await press(pilot, "right")
        assert view(pilot).choice.unit == order[1]
        assert "most often on: place 2 of 16" in text(pilot)
        await press(pilot, "g")
        await answer(pilot, "16")
        assert "Layer 0 has the units 0 to 15." in text(pilot)
        await answer(pilot, "7")
        await settle(pilot)
        assert "unit 7 of 16" in text(pilot)
        await press(pilot, "enter")
        pane = pilot.app.screen.query_one(InspectPane)
        assert (pane.view, pane.choice.example) == ("example", look.responses.strongest[0, 7])


def test_orders(digits: Dataset) -> None:
    look, _ = looked(digits, 0, hidden_sizes=(32,), bias_init="normal", bias_init_scale=8.0)
    found = look.responses
    assert found.dead.any()
    assert ordered(found, "number") == list(range(32))
    assert (np.diff(found.on[ordered(found, "most often on")]) <= 0).all()
    assert (np.diff(found.class_selectivity[ordered(found, "most selective")]) <= 0).all()
    dead = ordered(found, "dead first")
    assert found.dead[dead[: found.dead.sum()]].all()


async def test_enter_on_a_layer_shows_its_units(open_app: Any) -> None:
    async with open_app(hidden_sizes=(12, 8)) as pilot:
        await press(pilot, "3", "down", "enter")
        assert "unit 0 of 8 in layer 1" in text(pilot)


async def test_deeper_layers_and_outputs(open_app: Any) -> None:
    """A cell is a unit of the layer below; weights go to the next layer, of the last hidden one to the outputs."""
    async with open_app(hidden_sizes=(12, 8), activation="tanh") as pilot:
        await press(pilot, "space", "3", "u")
        assert "weights to next layer" in text(pilot)
        await press(pilot, "down")
        assert "unit 0 of 8 in layer 1 tanh · a above 0 for" in text(pilot)
        assert not view(pilot).query_one(SignedMap).display
        assert "weight to output" in text(pilot)
        await press(pilot, "c")
        assert f"▸ w from unit {view(pilot).source}" in text(pilot)
        await press(pilot, "escape", "down", "right", "right", "right")
        assert "output 3 of 10 in layer 2 softmax" in text(pilot)
        assert "mean p" in text(pilot)
        assert "weight to" not in text(pilot)
        # An output cannot be switched off.
        await press(pilot, "o")
        assert not message(pilot).startswith(("Copy with", "Kept"))


@pytest.mark.parametrize(
    ("size", "settings"),
    [((80, 24), {"hidden_sizes": (), "ascii_only": True}), ((120, 40), {"hidden_sizes": (1,) * 8, "use_bias": False})],
)
async def test_any_network_at_any_size(open_app: Any, size: tuple[int, int], settings: dict[str, Any]) -> None:
    async with open_app(size, **settings) as pilot:
        await press(pilot, "space", "3", "u", "c", "d", "escape", *["down"] * 8, "right", "left", "e", "z")
        if not isinstance(pilot.app.screen, MainScreen):
            await press(pilot, "escape")
        assert "mean p" in text(pilot)
        assert not settings.get("ascii_only") or text(pilot).isascii()
        assert all(len(row.rstrip()) <= size[0] for row in rows(pilot))


async def test_a_dead_unit_says_so_and_a_broken_network_is_drawn(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "u")
        now = snapshot(pilot)
        for value, words in (
            (-50.0, "This unit is dead: it gives 0"),
            (np.nan, "of this unit are not finite"),
        ):
            parameters = Parameters(now.network.sizes, True, now.parameters.vector.copy())
            assert parameters.biases[0] is not None
            parameters.biases[0][:] = value
            view(pilot).snapshot = replace(now, parameters=parameters)
            await settle(pilot)
            assert words in text(pilot)
        await press(pilot, "o")
        assert "Copy with unit 0 of layer 0 off" in message(pilot)


def test_every_picture_is_what_it_says(digits: Dataset) -> None:
    """Learned, weights, gradient and last step, in float64 by plain NumPy; and the numbers are those of all units."""
    look, last = looked(digits, 1, hidden_sizes=(10, 8), dtype="float64")
    mlp, test = last.mlp, digits.test
    start = new_network(last.network, last.training.seed, last.training.generator)
    np.testing.assert_allclose(
        look.incoming("learned", 3), (mlp.parameters.weights[1] - start.parameters.weights[1])[:, 3]
    )
    assert last.last_update is not None
    moved = Parameters(last.network.sizes, True, last.last_update)
    assert np.array_equal(look.incoming("last update", 3), moved.weights[1][:, 3])
    x, y = test.images[:256] / 255, np.eye(10)[test.labels[:256]]
    (w0, w1, w2), (b0, b1, b2) = mlp.parameters.weights, mlp.parameters.biases
    a0 = np.maximum(x @ w0 + b0, 0)
    a1 = np.maximum(a0 @ w1 + b1, 0)
    z = a1 @ w2 + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    delta = ((p - y) / 256 @ w2.T) * (a1 > 0)
    np.testing.assert_allclose(look.incoming("gradient", 3), (a0.T @ delta)[:, 3], atol=1e-6)
    assert np.array_equal(look.responses.on, unit_responses(mlp, 1, test.images, test.labels).on)


async def test_what_off_means_is_said_and_that_an_update_begins_again(open_app: Any) -> None:
    """A unit that is kept off is computed all the same; the update that was under way is not lost in silence."""
    async with open_app(size=(120, 40), **SMALL) as pilot:
        await press(pilot, "space", "3", "u", "o", "k")
        assert "off, because all outgoing weights are 0" in text(pilot)
        assert "training may change them" in message(pilot)
        await press(pilot, "m")
        pilot.app.screen.post_message(Show(Look("Inspect", view="unit")))
        await settle(pilot)
        view(pilot).choose(unit=1)
        await press(pilot, "o", "k")
        assert "starts again" in message(pilot)
