"""Flow: what every layer did, epoch by epoch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import plotext
from piloting import drawn, press, settle, text, until

from tui_nn.engine.commands import Switch
from tui_nn.session.run.history import EpochRecord, History, LayerRecord
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.flow import Flow, FlowChart, FlowView, draw_flow, flows

SMALL = {"hidden_sizes": (16,), "train_limit": 1000}


def lines(flow: Flow, width: int = 39, height: int = 14) -> list[str]:
    return ["".join(words for words, _ in row) for row in draw_flow(plotext, flow, width, height)]


async def test_the_lines_are_the_records_of_the_layers(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "3", "f")
        await settle(pilot)
        snapshot: Snapshot = pilot.app.screen.snapshot
        gradients, updates, spreads, dead = flows(snapshot, 0)
        for layer in (0, 1):
            figures = [record.layers[layer] for record in snapshot.history.records]
            np.testing.assert_array_equal(gradients.lines[layer], [figure.gradient_rms for figure in figures])
            np.testing.assert_array_equal(np.log10(updates.lines[layer]), [figure.update_ratio for figure in figures])
            np.testing.assert_array_equal(spreads.lines[layer], [figure.a_std for figure in figures])
        assert dead.lines[0] == tuple(100 * record.layers[0].dead for record in snapshot.history.records)
        assert "gradient of one weight (RMS)" in text(pilot)
        assert "size of update / size of weights" in text(pilot)
        assert "std of a" not in text(pilot).partition("layer 0 after")[0]
        await press(pilot, "v")
        await settle(pilot)
        assert "dead units, in %" in text(pilot)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        for title in ("gradient of one weight", "size of update / size of weights", "std of a", "dead units"):
            assert title in text(pilot)


async def test_another_branch_that_is_as_long_has_other_lines(open_app: Any) -> None:
    """Layers and flow follow to another branch, though run, epoch and number of epochs are the same."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "3", "u", "o", "k", "space")  # epoch 2 of a branch that left at 1
        screen = pilot.app.screen
        edited: Snapshot = screen.snapshot
        await press(pilot, "left_square_bracket", "f")
        screen._engine.send(Switch(branch=0))
        await settle(pilot)
        await press(pilot, "space")
        there = screen.snapshot
        assert (there.branch, there.epoch, there.newest_epoch) == (0, edited.epoch, edited.newest_epoch)
        chart = screen.query(FlowChart).first()
        for branch, expected in ((edited.branch, edited), (0, there)):
            screen._engine.send(Switch(branch=branch))
            await until(pilot, lambda branch=branch: screen.snapshot.branch == branch)
            await drawn(pilot)
            assert chart.flow == flows(expected, 0)[0]
        assert flows(edited, 0)[0] != flows(there, 0)[0]


async def test_the_chosen_layer_is_in_words_at_the_epoch_that_is_shown(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "3", "f", "down")
        await settle(pilot)
        assert "layer 1 after epoch 2" in text(pilot)
        await press(pilot, "left_square_bracket")
        await settle(pilot)
        assert "layer 1 after epoch 1" in text(pilot)
        assert flows(pilot.app.screen.snapshot, 0)[0].here == 1
        assert "You are looking back at epoch 1 of 2" in text(pilot)


async def test_an_untrained_network_and_an_old_file_have_words_in_place_of_lines(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "f")
        await settle(pilot)
        assert "This chart begins with the first epoch" in text(pilot)
        snapshot: Snapshot = pilot.app.screen.snapshot
        bare = tuple(replace(record, layers=()) for record in snapshot.history.records)
        pilot.app.screen.query_one(FlowView).snapshot = replace(snapshot, history=History(bare))
        await settle(pilot)
        assert "The file of this run contains no numbers about its layers" in text(pilot)


def test_a_layer_that_vanishes_is_decades_below() -> None:
    """On a log axis 1e-6 and 1e-2 are apart by four ticks' worth, each line with its number; NaN and 0 leave gaps."""
    flow = Flow("g", ((math.nan, 1e-6, 1e-6, 0.0, 1e-6), (math.nan, 1e-2, math.inf, 1e-2, 1e-2)), True, 20)
    shown = lines(flow)
    top = next(row for row in shown if row.startswith("1e−2"))
    bottom = next(row for row in shown if row.startswith("1e−6"))
    assert top.rstrip().endswith("1")
    assert bottom.rstrip().endswith("0")


def test_each_layer_is_named_where_lines_end_in_one_place() -> None:
    """Layers 0, 2 and 5 end at 1, layers 1, 3 and 4 at 9; a run of layers is written as a range."""
    low, high = (1.0, 1.0), (9.0, 9.0)
    shown = "\n".join(lines(Flow("g", (low, high, low, high, high, low), False, 1)))
    assert "0,2,5" in shown
    assert "1,3,4" in shown
    assert "0–5" in "\n".join(lines(Flow("g", (low,) * 6, False, 1)))


def test_all_zeros_are_said() -> None:
    assert "0 in every epoch" in "".join(lines(Flow("g", ((math.nan, 0.0, 0.0),), True, 20)))


def test_lines_differ_without_colour() -> None:
    flow = Flow("g", ((1.0,) * 30, (2.0,) * 30), False, 30)
    shown = lines(flow, 60)
    dots = [row.count("⠉") + row.count("⠒") + row.count("⠤") + row.count("⣀") for row in shown]
    assert len({count for count in dots if count > 5}) == 2


def test_many_layers_many_epochs_and_a_diverged_run_are_drawn(open_app: Any) -> None:
    layer = LayerRecord(0.1, 0.3, 0.0, math.nan, 1e-3, -3.0)
    wild = replace(layer, gradient_rms=1e30, update_ratio=math.inf, a_std=math.inf, dead=math.nan)
    records = tuple(EpochRecord(n, 1.0, 0.5, 1.0, 0.5, layers=(wild if n == 500 else layer,) * 9) for n in range(1000))
    for log in (True, False):
        shown = lines(Flow("g", tuple(tuple(r.layers[n].gradient_rms for r in records) for n in range(9)), log, 1000))
        assert len(shown) == 14
