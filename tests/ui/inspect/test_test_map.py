"""The map of the test set: a learner sees the digits come apart."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import press, rows, settle, text
from textual.pilot import Pilot

from tui_nn.analysis.projection import oriented
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Dataset
from tui_nn.session.questions.map_look import MOST, MapLook, place_examples
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.inspect.test_map.example_map import ExampleMap
from tui_nn.ui.inspect.test_map.view import MapView

SMALL = {"hidden_sizes": (16,)}


def view(pilot: Pilot[Any]) -> MapView:
    return pilot.app.screen.query_one(MapView)


def on_screen(pilot: Pilot[Any]) -> np.ndarray:
    """Where the digits are in cells, and what should stand there."""
    shown, widget = view(pilot).shown, view(pilot).query_one(ExampleMap)
    assert shown is not None
    scatter = widget.scatter
    assert scatter is not None
    corner = widget.region
    lines = rows(pilot)
    for (row, column), example in scatter.shown.items():
        found = lines[corner.y + 1 + row][corner.x + 1 + column]
        at_cursor = widget.cursor is not None and scatter.place(widget.cursor) == (row, column)
        label = shown.labels[widget.cursor if at_cursor else example]
        assert found == (str(label) if widget.only in (None, label) or at_cursor else "·")
    return scatter.cells


def trained(digits: Dataset, epochs: int, **settings: Any) -> list[Snapshot]:
    """A run's snapshots, epoch by epoch."""
    from tui_nn.presets import load_preset

    preset = load_preset("quick-start")
    session = Session(digits, replace(preset.network, **settings), preset.training)
    return [session.snapshot(), *session.run(epochs)]


def looked(snapshot: Snapshot, digits: Dataset, kind: str = "Fisher", before: MapLook | None = None) -> MapLook:
    return next(place_examples(snapshot, digits.test, kind, before))


async def test_every_digit_stands_where_the_layer_puts_it(open_app: Any) -> None:
    """Layer 0 first; `.` goes on to the outputs, `,` back to the pixels, `v` to other directions; training moves them."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "t")
        first = on_screen(pilot)
        assert "placed by layer 0" in text(pilot)
        await press(pilot, "full_stop", "full_stop")
        assert "placed by layer 1" in text(pilot)
        assert not np.array_equal(first, on_screen(pilot))
        await press(pilot, "comma", "comma", "comma")
        assert "placed by the pixels" in text(pilot)
        fisher = on_screen(pilot)
        assert "Fisher's two directions" in text(pilot)
        await press(pilot, "v")
        assert "the two principal directions" in text(pilot)
        assert not np.array_equal(fisher, on_screen(pilot))
        before = view(pilot).shown
        await press(pilot, "space")
        after = view(pilot).shown
        assert before is not None
        assert after is not None
        assert after.layers[1].separation > before.layers[1].separation
        on_screen(pilot)


async def test_arrows_jump_from_digit_to_digit(open_app: Any) -> None:
    """The digit under the cursor is drawn at the right with its answer, and enter shows it in the network."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "t")
        cells = on_screen(pilot)
        before = cells[view(pilot).choice.example]
        await press(pilot, "right", "right", "down")
        example = view(pilot).choice.example
        assert cells[example][0] > before[0] or cells[example][1] > before[1]
        assert f"#{example}" in text(pilot)
        on_screen(pilot)
        await press(pilot, "enter")
        pane = pilot.app.screen.query_one(InspectPane)
        assert (pane.view, pane.choice.example) == ("example", example)


async def test_n_goes_through_the_misclassified_and_c_shows_one_digit_alone(open_app: Any) -> None:
    """Only after `c` a digit does not lead to another pane; `c c` shows all classes again, as the legend says."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "t", "n", "n")
        snapshot, test = view(pilot).snapshot, view(pilot).test
        assert snapshot is not None
        assert test is not None
        wrong = np.flatnonzero(snapshot.evaluation.predicted != test.labels)
        assert view(pilot).choice.example == wrong[wrong > 0][1]
        assert re.search(r"pred \d [<.>\d]+ · true \d", text(pilot))
        await press(pilot, "c")
        assert "which digit?" in text(pilot)
        await press(pilot, "4")
        assert view(pilot).only == 4
        assert "only 4, others ·   c c all" in text(pilot)
        on_screen(pilot)
        await press(pilot, "left")
        assert test.labels[view(pilot).choice.example] == 4
        await press(pilot, "c", "c")
        assert view(pilot).only is None
        await press(pilot, "1")
        assert pilot.app.screen.current == "Configure"


@pytest.mark.parametrize(
    "setting", [{"ascii_only": True}, {"hidden_sizes": ()}, {"hidden_sizes": (3,) * 8}, {"hidden_sizes": (1,)}]
)
async def test_any_network_and_plain_ascii(open_app: Any, setting: dict[str, Any]) -> None:
    """No hidden layer, eight, and one unit, along whose one direction all digits are in a row."""
    async with open_app(**{**SMALL, **setting}) as pilot:
        await press(pilot, "3", "t", "n", "v")
        shown = view(pilot).shown
        assert shown is not None
        assert len(shown.layers) == 2 + len(setting.get("hidden_sizes", (16,)))
        on_screen(pilot)
        if "ascii_only" in setting:
            assert text(pilot).isascii()


async def test_what_is_no_number_has_no_place(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        snapshot = pilot.app.screen.snapshot
        broken = Parameters(snapshot.network.sizes, True, np.full_like(snapshot.parameters.vector, np.nan))
        await press(pilot, "3", "t")
        view(pilot).snapshot = replace(snapshot, parameters=broken)
        await settle(pilot)
        assert "No map: the values are NaN or infinite." in text(pilot)
        await press(pilot, "right", "comma")
        assert "placed by the pixels" in text(pilot)
        on_screen(pilot)


def test_maps_keep_their_order_and_signs_from_epoch_to_epoch(digits: Dataset) -> None:
    """Each axis goes the same way as it did an epoch before, in every layer and along both kinds of directions."""
    snapshots = trained(digits, 3, hidden_sizes=(24, 12))
    for kind in ("Fisher", "principal"):
        before: MapLook | None = None
        for snapshot in snapshots:
            look = looked(snapshot, digits, kind, before)
            for now, then in zip(look.layers, before.layers if before else (), strict=bool(before)):
                assert np.array_equal(now.places, oriented(now.places, then.places))
                assert np.array_equal(look.layers[0].places, before.layers[0].places) if before else True
            before = look


def test_the_same_network_is_always_drawn_alike(digits: Dataset) -> None:
    snapshot = trained(digits, 1, hidden_sizes=(24,))[-1]
    first, second = looked(snapshot, digits), looked(snapshot, digits)
    assert all(np.array_equal(a.places, b.places) for a, b in zip(first.layers, second.layers, strict=True))
    assert len(first.labels) == min(MOST, len(digits.test))


def test_layers_are_measured_as_they_are(digits: Dataset) -> None:
    """The share of the variance that the labels explain, of the hidden layer's a and of the last layer's z."""
    snapshot = trained(digits, 1, hidden_sizes=(24,))[-1]
    mlp, test = snapshot.mlp, digits.test
    pixels = test.images[:MOST] / 255
    hidden = np.maximum(pixels @ mlp.parameters.weights[0] + mlp.parameters.biases[0], 0)
    z = hidden @ mlp.parameters.weights[1] + mlp.parameters.biases[1]
    for placed, values in zip(looked(snapshot, digits).layers, (pixels, hidden, z), strict=True):
        means = np.array([values[digit == test.labels].mean(axis=0) for digit in range(10)])[test.labels]
        assert placed.separation == pytest.approx(means.var(axis=0).sum() / values.var(axis=0).sum(), abs=1e-6)


def test_what_is_not_wanted_any_more_is_left(digits: Dataset) -> None:
    snapshot = trained(digits, 0)[0]
    assert list(place_examples(snapshot, digits.test, "Fisher", None, lambda: True)) == []
    assert isinstance(snapshot.mlp, MLP)
