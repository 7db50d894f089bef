"""One example: what softmax's temperature does, what a unit is worth to it, and networks of any depth."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from piloting import message, press, rows, settle, snapshot, text, until
from textual.pilot import Pilot

from tui_nn.analysis.calibration import softmax_at
from tui_nn.core.choices.edits import OFF, Edit, edited
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.render.numbers import probability
from tui_nn.ui.inspect.example.output_table import OutputTable
from tui_nn.ui.inspect.example.view import TEMPERATURES, ExampleView
from tui_nn.ui.inspect.pane import InspectPane

SMALL = {"hidden_sizes": (16,)}


def view(pilot: Pilot[Any]) -> ExampleView:
    return pilot.app.screen.query_one(ExampleView)


def outputs_on_screen(pilot: Pilot[Any]) -> list[str]:
    """The ten numbers beside the bars."""
    top = view(pilot).query_one(OutputTable).region
    table = [row[top.x : top.right] for row in rows(pilot)[top.y + 1 : top.y + 11]]
    return [re.sub(r"^[▸ ][✓ ]\d [ ▏▎▍▌▋▊▉█]*", "", row).split()[0] for row in table]


@given(st.lists(st.floats(-300, 300), min_size=10, max_size=10), st.sampled_from(TEMPERATURES))
def test_softmax_at_a_temperature(logits: list[float], temperature: float) -> None:
    """The formula of the paper; the order of the classes never changes; hotter is flatter."""
    z = np.array(logits)
    p = softmax_at(z, temperature)
    exact = np.exp((z - z.max()) / temperature)
    np.testing.assert_allclose(p, exact / exact.sum(), atol=1e-12)
    assert (np.diff(p[np.argsort(z, kind="stable")]) >= 0).all()
    assert softmax_at(z, 2 * temperature).max() <= p.max() + 1e-12


async def test_the_temperature_is_a_knob(open_app: Any) -> None:
    """At 1 the probabilities are the network's; the answer below and the logits stay as they are."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "x")
        now = snapshot(pilot)
        z = view(pilot).shown.trace.z[-1]
        network = [probability(float(p)) for p in now.evaluation.outputs[0]]
        assert outputs_on_screen(pilot) == network
        assert "softmax(z / T) T 1" in text(pilot)
        for key, temperature in (("plus", 2), ("equals_sign", 5), ("plus", 10), ("plus", 10), ("minus", 5)):
            await press(pilot, key)
            assert f"T {temperature:g} " in text(pilot)
            expected = [probability(float(p)) for p in softmax_at(z, temperature)]
            assert outputs_on_screen(pilot) == expected
        await press(pilot, "minus", "minus")
        assert outputs_on_screen(pilot) == network


async def test_a_unit_is_off_here(open_app: Any) -> None:
    """The probabilities are the copy's, and what they were stands beside; `backspace` puts all back."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "x", "o")
        now, test = snapshot(pilot), view(pilot).test
        assert test is not None
        layer, unit = view(pilot).pointed
        copy = MLP(now.network, edited(now.parameters, (Edit(OFF, layer, unit),)))
        answers = evaluate(copy, test.images[:1], test.labels[:1])
        assert outputs_on_screen(pilot) == [probability(float(p)) for p in answers.outputs[0]]
        top = view(pilot).query_one(OutputTable).region.y
        assert rows(pilot)[top].split()[-1] == "was"
        was = [row.split()[-1] for row in rows(pilot)[top + 1 : top + 11]]
        assert was == [probability(float(p)) for p in now.evaluation.outputs[0]]
        assert f"unit {unit} off here" in text(pilot)
        assert "in the copy pred" in text(pilot)
        assert message(pilot).startswith(f"Copy with unit {unit} of layer 0 off · test")
        await press(pilot, "backspace")
        assert outputs_on_screen(pilot) == was
        assert snapshot(pilot).parameters is now.parameters


async def test_a_copy_is_compared_at_one_temperature(open_app: Any) -> None:
    """What stands beside the copy's probabilities is softened as they are; the line below says that it is not."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "x")
        assert "at T 1: " not in text(pilot)
        await press(pilot, "minus", "minus", "minus")
        network = outputs_on_screen(pilot)
        assert "at T 1: pred" in text(pilot)
        await press(pilot, "o")
        top = view(pilot).query_one(OutputTable).region.y
        assert rows(pilot)[top].split()[-1] == "was"
        assert [row.split()[-1] for row in rows(pilot)[top + 1 : top + 11]] == network
        assert "in the copy at T 1: pred" in text(pilot)


@pytest.mark.parametrize("width", [80, 86, 100])
async def test_the_heading_of_a_layer_is_whole(open_app: Any, width: int) -> None:
    """Of two layers as well: the largest value stands there or nothing does, and no comma waits for it."""
    async with open_app(size=(width, 24), hidden_sizes=(64, 32)) as pilot:
        await press(pilot, "3", "x")
        found = re.findall(r"layer [01]  \d+ of \d+ on(.*?)(?=  |[▏→]|$)", text(pilot), re.M)
        assert len(found) == 2
        assert all(re.fullmatch(r"(, max \d+\.\d)?\s*", rest) for rest in found), found


async def test_the_cursor_goes_through_all_layers_and_on_to_the_unit(open_app: Any) -> None:
    async with open_app(hidden_sizes=(30, 20)) as pilot:
        await press(pilot, "space", "3", "x", "c")
        assert view(pilot).depth == 1
        first = view(pilot).unit
        await press(pilot, "right" if first < 19 else "left")
        assert abs(view(pilot).unit - first) == 1
        await press(pilot, *["up"] * 4)
        assert view(pilot).depth == 0
        layer, unit = view(pilot).pointed
        assert f"unit {unit}  a" in text(pilot)
        assert "w to " in text(pilot)
        await press(pilot, "u")
        choice = pilot.app.screen.query_one(InspectPane).choice
        assert (choice.layer, choice.unit) == (layer, unit)
        await press(pilot, "x", "escape")
        assert pilot.app.screen.query_one(InspectPane).view == "example", "escape leaves the cursor first"


@pytest.mark.parametrize("hidden_sizes", [(), (20,) * 8, (1, 4096)])
async def test_any_depth_and_width(open_app: Any, hidden_sizes: tuple[int, ...]) -> None:
    """Without hidden layers pixels lead to the outputs; of eight layers the one with the cursor has its cells."""
    async with open_app(hidden_sizes=hidden_sizes) as pilot:
        await press(pilot, "3", "x", "n", "o", "c", "right", "up", "up", "down")
        evaluation, example = snapshot(pilot).evaluation, view(pilot).choice.example
        last = len(hidden_sizes)
        assert f"layer {last} softmax" in text(pilot)
        assert all(re.search(rf"layer {layer} .*\d+( of \d+)? on", text(pilot), re.S) for layer in range(last))
        if not hidden_sizes:
            assert outputs_on_screen(pilot) == [probability(float(p)) for p in evaluation.outputs[example]]
            assert view(pilot).pointed is None
        else:
            assert "▾" in text(pilot)


async def test_unscaled_pixels_and_outputs_that_are_no_probabilities(open_app: Any) -> None:
    async with open_app(scale_pixels=False, loss="sigmoid_mse", **SMALL) as pilot:
        await press(pilot, "3", "x", "plus")
        assert "28 × 28, 0 to 255" in text(pilot)
        assert "softmax" not in text(pilot)
        assert view(pilot).temperature == 1


async def test_a_copy_is_dropped_with_the_network_it_was_of(open_app: Any) -> None:
    """A new network has other units: what was changed by hand in the old one is gone."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "x")
        pane = pilot.app.screen.query_one(InspectPane)
        pane.choice = replace(pane.choice, edits=(Edit(OFF, 0, 3),))
        await settle(pilot)
        assert "Copy with" in message(pilot)
        now = snapshot(pilot)
        network = replace(now.network, hidden_sizes=(2,))
        other = new_network(network, 0)
        test = view(pilot).test
        assert test is not None
        evaluation = evaluate(other, test.images, test.labels)
        parameters = other.parameters.copy()
        moments = tuple(np.zeros_like(parameters.vector) for _ in now.moments)
        pane.snapshot = replace(now, network=network, parameters=parameters, moments=moments, evaluation=evaluation)
        await settle(pilot)
        assert view(pilot).choice.edits == ()
        assert "Copy with" not in message(pilot)


async def test_views_that_do_not_see_the_copy_say_so(open_app: Any) -> None:
    """Through training as well, until it is dropped, or the run begins anew with a network of the same size."""
    async with open_app(save_as=None, **SMALL) as pilot:
        await press(pilot, "space", "3", "x", "o", "space")
        _, unit = view(pilot).pointed
        assert message(pilot).startswith(f"Copy with unit {unit} of layer 0 off")
        for key in ("l", "h", "f"):
            await press(pilot, key)
            assert f"not your edits (unit {unit} off)" in message(pilot)
        await press(pilot, "x", "backspace", "l")
        assert "copy" not in message(pilot)
        await press(pilot, "x", "o")
        before, pane = snapshot(pilot), pilot.app.screen.query_one(InspectPane)
        pane.snapshot = replace(before, run=before.run + 1)
        await until(pilot, lambda: "copy" not in message(pilot))
        assert pane.choice.edits == ()
        assert view(pilot).choice.edits == ()
