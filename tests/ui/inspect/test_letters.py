"""Every view of Inspect on data that are not digits: 26 letters in pictures of 8 x 8 pixels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from string import ascii_uppercase
from typing import Any

import numpy as np
import pytest
from piloting import drawn, press, rows, settle, text
from textual.pilot import Pilot

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import Dataset, Split
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.inspect.microscope.view import MicroscopeView
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.inspect.test_map.view import symbols_of
from tui_nn.ui.shell.app import TuiNN

LETTERS = tuple(ascii_uppercase)
WORDS = ("T-shirt", "Trouser", "Ankle boot")


def dataset(names: tuple[str, ...], side: int) -> Dataset:
    """Examples that are a fixed random picture of their class with some noise."""
    random = np.random.default_rng(0)
    prototypes = random.integers(0, 256, (len(names), side * side))
    labels = np.arange(4 * len(names)) % len(names)
    noise = random.integers(-40, 41, (len(labels), side * side))
    images = np.clip(prototypes[labels] + noise, 0, 255).astype(np.uint8)
    split = Split(images, labels.astype(np.uint8), names)
    return Dataset("shapes", "shapes", split, split)


@asynccontextmanager
async def opened(size: tuple[int, int], names: tuple[str, ...] = LETTERS, side: int = 8) -> AsyncIterator[Pilot[Any]]:
    data = dataset(names, side)
    network = NetworkConfig(hidden_sizes=(16,), input_size=side * side, output_size=len(names))
    training = TrainingConfig(batch_size=16, train_limit=None)
    engine = InlineEngine(Start(network, training, "quick-start", dataset=data))
    async with TuiNN(engine).run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "space", "3")
        yield pilot


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(("names", "side"), [(LETTERS, 8), (WORDS, 40)])
async def test_every_view_shows_any_classes_and_any_side(
    size: tuple[int, int], names: tuple[str, ...], side: int
) -> None:
    """Nothing touches the right edge, and no view speaks of digits or of 28 pixels. The hints below are not its own."""
    async with opened(size, names, side) as pilot:
        for keys in ("l", "c", "h", "f", "u", "c", "escape", "x", "n", "t", "w"):
            await press(pilot, keys)
            await drawn(pilot)
            content = rows(pilot)[2:-1]
            assert all(line[-1] in " ─" for line in content), text(pilot)
            if keys in "uxt":
                view = "\n".join(content[1:-1])
                assert "28 ×" not in view
                assert "digit" not in view


async def test_the_unit_view_has_a_row_for_the_strongest_classes() -> None:
    """Ten of 26 at 80 x 24, all at 120 x 40; the cursor goes from pixel to pixel of the small picture."""
    async with opened((80, 24)) as pilot:
        await press(pilot, "u")
        await drawn(pilot)
        assert "mean a, 10 of 26" in text(pilot)
        await press(pilot, "c")
        source = pilot.app.screen.query_one(InspectPane).front.source
        assert f"w from row {source // 8}, col {source % 8}" in text(pilot)
        await press(pilot, "escape")
        await pilot.resize_terminal(120, 40)
        await drawn(pilot)
        assert "mean a, 10 of 26" not in text(pilot)


async def test_the_example_view_always_shows_the_true_and_the_predicted_class() -> None:
    async with opened((80, 24)) as pilot:
        await press(pilot, "x", "right", "right")
        await drawn(pilot)
        assert "test example #2, class C" in text(pilot)
        assert "8 × 8, 0 to 1" in text(pilot)
        assert "✓C" in text(pilot)
        assert "▸" in text(pilot)


async def test_a_class_is_chosen_on_the_map_by_its_letter() -> None:
    """The key c is the letter C here, so esc brings all classes back."""
    async with opened((80, 24)) as pilot:
        await press(pilot, "t", "c")
        await drawn(pilot)
        assert "A-Z which class?   esc all" in text(pilot)
        await press(pilot, "c")
        assert pilot.app.screen.query_one(InspectPane).front.only == 2
        assert "only C" in text(pilot)
        await press(pilot, "c", "escape")
        assert pilot.app.screen.query_one(InspectPane).front.only is None
        assert pilot.app.screen.query_one(InspectPane).view == "test map"


def test_classes_with_long_names_have_symbols_on_the_map() -> None:
    assert symbols_of(LETTERS) == ascii_uppercase
    assert symbols_of(WORDS) == "012"


async def test_the_microscope_goes_through_an_update_on_letters() -> None:
    """No step is cut. The microscope names the class by its letter and keeps its cursor in the 64 pixels and 26 classes."""
    async with opened((80, 24)) as pilot:
        await press(pilot, "m", "n", "down", "right")
        scope = pilot.app.screen.query_one(MicroscopeView)
        for step in range(1, 12):
            assert f"step {step} of 11" in text(pilot)
            assert "…" not in "\n".join(rows(pilot)[2:-1]), "nothing is cut"
            assert "digit" not in "\n".join(rows(pilot)[2:-2])
            if step < 11:
                await press(pilot, "m", "u", "right")
        update = scope.snapshot.update
        assert update is not None
        assert update.pixels.shape[1] == 64
        letter = update.class_names[update.labels[scope.path.row]]
        assert letter in LETTERS
        assert all(place < size for place, size in zip(scope.path.path, (64, 16, 26), strict=True))
        await press(pilot, "M", "M", "M", "M", "M", "M")
        assert f"({'an' if letter in 'AEIOU' else 'a'} {letter})" in text(pilot)
