"""Networks so large that measuring them would hold keys up: they are measured on a thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from piloting import drawn, held, rows
from textual.pilot import Pilot

import tui_nn.session.questions.layers_look as probe_module
import tui_nn.session.questions.probe as session_probe
from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.inspect.statistics_view import StatisticsView


def pane(pilot: Pilot[Any]) -> InspectPane:
    return pilot.app.screen.query_one(InspectPane)


async def answered(pilot: Pilot[Any]) -> StatisticsView:
    """The view in front, once all that it asked for is there."""
    view = pane(pilot).front
    assert isinstance(view, StatisticsView)
    await drawn(pilot)
    return view


async def test_keys_are_answered_while_a_large_network_is_measured(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held() as go:

        def slow(*arguments: Any) -> NetworkStatistics:
            go.wait()
            return probe(*arguments)

        monkeypatch.setattr(session_probe, "LIGHT", 0)
        monkeypatch.setattr(probe_module, "probe", slow)
        async with open_app(hidden_sizes=(16, 8)) as pilot:
            await pilot.press("3")
            await pilot.pause()
            assert rows(pilot)[-2].split() == ["Measuring", "12,786", "parameters"]
            await pilot.press("down", "h", "l")
            await pilot.pause()
            assert pane(pilot).choice.layer == 1
            assert pane(pilot).view == "layers"
            go.set()
            view = await answered(pilot)
            snapshot, test = view.snapshot, view.test
            assert snapshot is not None
            assert test is not None
            assert view.shown is not None
            expected = probe(snapshot, test, probe_digits(test))
            for layer, other in zip(view.shown.statistics.layers, expected.layers, strict=True):
                assert np.array_equal(layer.z.values, other.z.values)
                assert layer.gradient.rms == other.gradient.rms
            assert "Measuring" not in rows(pilot)[-2]
            await pilot.press("h")
            await pilot.pause()
            view = await answered(pilot)
            await pilot.pause()
            assert any("weights W" in row for row in rows(pilot))


async def test_the_newest_choice_is_what_is_shown(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One digit, another, all, and the card: whatever comes late, the last is on the screen."""
    monkeypatch.setattr(session_probe, "LIGHT", 0)
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("3", "a", "right", "c", "c", "i")
        await pilot.pause()
        view = await answered(pilot)
        await pilot.pause()
        assert view.shown is not None
        assert view.shown.class_name == "1"
        assert view.shown.statistics.examples == np.count_nonzero(view.test.labels == 1)
        await pilot.press("i")
        await pilot.pause()
        await answered(pilot)
        await pilot.pause()
        assert any("before the first update" in row for row in rows(pilot))
