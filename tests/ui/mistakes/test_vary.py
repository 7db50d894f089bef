"""Vary: a digit is changed with keys, and the answers follow."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import numpy as np
import pytest
from piloting import press, rows, settle, text
from textual.pilot import Pilot

from tui_nn.analysis.robustness import SWEEPS, measure
from tui_nn.analysis.transforms import Transformation
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.dataset import Dataset
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.mistakes.vary.robustness_chart import POINTS, RobustnessChart
from tui_nn.ui.mistakes.vary.view import VaryView

OpenVary = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def vary(open_app: Any) -> OpenVary:
    """Opens Vary on the worst mistake after an epoch."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), *, epochs: int = 1, **more: Any) -> AsyncIterator[Pilot[None]]:
        async with open_app(size, **({"hidden_sizes": (16,)} | more)) as pilot:
            await press(pilot, *["space"] * epochs, "4", "v")
            yield pilot

    return opened


def image(pilot: Pilot[Any]) -> Pixels:
    pane = pilot.app.screen.query_one(MistakesPane)
    found: Pixels = pane.test.images[pane.cursor.mistake.index]
    return found


def outputs(pilot: Pilot[Any], changed: Pixels) -> Array:
    snapshot: Snapshot = pilot.app.screen.snapshot
    return evaluate(snapshot.mlp, changed, np.zeros(len(changed), np.uint8)).outputs[0]


def told(pilot: Pilot[Any]) -> list[tuple[str, str]]:
    """The two columns of numbers."""
    return re.findall(r"[▸✓ ]\d +([<>]?\.\d\d) +([<>]?\.\d\d) ", text(pilot))


def written(p: float) -> str:
    return "<.01" if p < 0.01 else ">.99" if p > 0.99 else f"{p:.2f}"[1:]


async def test_the_view_shows_the_outputs_for_the_changed_and_the_unchanged_picture(vary: OpenVary) -> None:
    async with vary() as pilot:
        before = outputs(pilot, image(pilot)[None])
        await press(pilot, "left", "left", "down", "comma", "plus", "o")
        changed = Transformation(thickness=1, degrees=5, right=-2, down=1, noise=0.1).apply(image(pilot)[None])
        now = outputs(pilot, changed)
        assert told(pilot) == [(written(was), written(p)) for was, p in zip(before, now, strict=True)]
        assert "thicker 1, turned 5° left, 2 left, 1 down, noise 0.10" in rows(pilot)[3]
        assert f"Prediction now: {now.argmax()}, p {written(now.max())}" in text(pilot)
        assert (pilot.app.screen.query_one(VaryView)._now.image == changed[0]).all()


async def test_the_same_keys_undo_inverting_and_shuffling_and_0_undoes_all(vary: OpenVary) -> None:
    async with vary() as pilot:
        plain = told(pilot)
        assert all(was == now for was, now in plain)
        await press(pilot, "i", "j")
        assert "inverted, pixels in random order" in rows(pilot)[3]
        assert told(pilot) != plain
        await press(pilot, "i", "j")
        assert told(pilot) == plain
        await press(pilot, "full_stop", "minus", "0")
        assert told(pilot) == plain
        assert "unchanged" in rows(pilot)[3]


async def test_the_change_stays_for_the_next_example(vary: OpenVary) -> None:
    async with vary() as pilot:
        await press(pilot, "up", "n")
        changed = Transformation(down=-1).apply(image(pilot)[None])
        assert [now for _, now in told(pilot)] == [written(p) for p in outputs(pilot, changed)]


async def test_the_curves_are_the_accuracy_on_changed_test_digits(vary: OpenVary, digits: Dataset) -> None:
    async with vary() as pilot:
        await press(pilot, "h")
        await settle(pilot)
        snapshot: Snapshot = pilot.app.screen.snapshot
        expected = [share for _, _, share in measure(snapshot.mlp, digits.test)]
        chart = pilot.app.screen.query_one(RobustnessChart)
        assert [chart.found[sweep.name, level] for sweep, level in POINTS] == expected
        assert expected[0] == snapshot.record.test_accuracy
        await press(pilot, "right", "right", "right")
        words = f"noise of std 0.3: {expected[3]:.1%} are right, {expected[0]:.1%} unchanged".replace("%", " %")
        assert words in text(pilot)
        turned = len(SWEEPS[0].levels)
        await pilot.click(RobustnessChart, offset=(1 + 4 + 2 * turned + 3, 5))
        await settle(pilot)
        assert f"rotation 90° to the right: {expected[turned]:.1%}".replace("%", " %") in text(pilot)
        await press(pilot, "h")
        assert "the changed picture" in text(pilot)


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), True), ((120, 40), False), ((60, 20), False)])
async def test_the_vary_view_fits_every_size(vary: OpenVary, size: tuple[int, int], ascii_only: bool) -> None:
    async with vary(size, ascii_only=ascii_only, epochs=0) as pilot:
        await press(pilot, "o", "comma")
        assert "noise 0.10" in text(pilot)
        await press(pilot, "h")
        await settle(pilot)
        assert "The bars show the accuracy on the first 1,000 test digits" in text(pilot)
        if ascii_only:
            assert text(pilot).isascii()
        if size == (120, 40):
            assert "the changed picture" in text(pilot)
