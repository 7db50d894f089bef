"""The Mistakes pane on pictures of 8 x 8 pixels with 26 classes, A to Z: names, scrolling, and nothing that needs digits."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from string import ascii_uppercase
from typing import Any

import numpy as np
import pytest
from piloting import drawn, press, rows, snapshot, text
from textual.pilot import Pilot

from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.ui.mistakes.confusion.view import ConfusionView
from tui_nn.ui.mistakes.draw.board import DrawBoard

OpenLetters = Callable[..., AbstractAsyncContextManager[Pilot[None]]]
CLASSES = len(ascii_uppercase)


@pytest.fixture(scope="module")
def letters() -> Dataset:
    """Noisy copies of 26 random pictures."""
    random = np.random.default_rng(0)
    originals = random.integers(0, 256, (CLASSES, 64))

    def split(examples: int) -> Split:
        labels = (np.arange(examples) % CLASSES).astype(np.uint8)
        images = np.clip(originals[labels] + random.normal(0, 90, (examples, 64)), 0, 255).astype(np.uint8)
        return Split(images, labels, tuple(ascii_uppercase))

    return Dataset("letters", "letters", split(20 * CLASSES), split(10 * CLASSES))


@pytest.fixture
def opened(open_app: Any, letters: Dataset) -> OpenLetters:
    """Return a function that opens the Mistakes pane on the letters, after one epoch."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), **more: Any) -> AsyncIterator[Pilot[None]]:
        settings = {"hidden_sizes": (12,), "batch_size": 64, "validation": 0.0}
        async with open_app(size, dataset=letters, **(settings | more)) as pilot:
            await press(pilot, "4", "space")
            yield pilot

    return opened


async def test_the_list_shows_class_names_and_the_largest_outputs(opened: OpenLetters, letters: Dataset) -> None:
    async with opened() as pilot:
        found = find_mistakes(snapshot(pilot).evaluation, letters.test.labels, Selection())
        worst, names = found[0], ascii_uppercase
        assert f"{found.total} of 260 test pictures misclassified" in text(pilot)
        assert f"pred {names[worst.predicted]} " in text(pilot)
        assert f"loss = −ln p({names[worst.true]})" in text(pilot)
        largest = np.argsort(-snapshot(pilot).evaluation.outputs[worst.index], kind="stable")[:9]
        shown = re.findall(r"[▸✓ ]([A-Z]) +[█▉▊▋▌▍▎▏]* +[<.]", "\n".join(row[30:58] for row in rows(pilot)))
        assert shown[:9] == [names[label] for label in largest]
        assert f"✓{names[worst.true]}" in text(pilot), "the true class is always there"


async def test_the_matrix_scrolls_with_the_cursor_under_fixed_names(opened: OpenLetters, letters: Dataset) -> None:
    async with opened() as pilot:
        await press(pilot, "c")
        counts = confusion_matrix(snapshot(pilot).evaluation.predicted, letters.test.labels, CLASSES)
        view = pilot.app.screen.query_one(ConfusionView)
        view.cell = (0, 0)
        seen = set()
        for _ in range(CLASSES):
            shown = rows(pilot)
            columns = shown[5][:50].split()[1:-1]
            for row in shown[6:16]:
                name, *numbers = row[:45].replace("▸", " ").split()
                seen.add(name)
                for column, number in zip(columns, numbers, strict=True):
                    count = counts[ascii_uppercase.index(name), ascii_uppercase.index(column)]
                    assert number == (str(count) if count else "·")
            true, predicted = view.cell
            assert any(row.startswith(f" {ascii_uppercase[true]} ▸") for row in shown[6:16])
            assert ascii_uppercase[predicted] in columns
            assert f"{columns[0]} to {columns[-1]} of 26" in shown[4]
            await press(pilot, "down", "right")
        assert seen == set(ascii_uppercase)
        assert view.cell == (0, 0)


async def test_the_filter_takes_a_typed_name(opened: OpenLetters, letters: Dataset) -> None:
    """P, T, F and A choose classes here. If classes are digits, they are keys of the filter."""
    async with opened() as pilot:
        await press(pilot, "f")
        for name in "PTAF":
            await press(pilot, name.lower())
            assert rows(pilot)[3].strip().startswith(f"true {name}: ")
        await press(pilot, "tab", "k", "enter")
        assert rows(pilot)[3].strip().startswith("true F, predicted K: ")


async def test_the_curves_of_all_classes_scroll(opened: OpenLetters) -> None:
    async with opened() as pilot:
        await press(pilot, "a")
        seen = set()
        for _ in range(CLASSES):
            names = [row[1:3] for row in rows(pilot)[6:-3]]
            assert sum(name[0] == "▸" for name in names) == 1
            seen |= {name[1] for name in names}
            await press(pilot, "down")
        assert seen >= set(ascii_uppercase)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_every_view_draws_pictures_of_any_side(opened: OpenLetters, size: tuple[int, int]) -> None:
    async with opened(size) as pilot:
        for keys in ("l", "g", "c", "cp", "w", "wh", "wt", "v", "vh", "a", "k", "d"):
            await press(pilot, *keys)
            await drawn(pilot)
        await press(pilot, "p", "down", "down", "right")
        board = pilot.app.screen.query_one(DrawBoard)
        assert board.drawing.side == 8
        assert board.drawing.pixels.any()


async def test_drawings_can_be_saved_only_if_the_data_contains_digits(opened: OpenLetters) -> None:
    async with opened() as pilot:
        await press(pilot, "d", "p", "down", "p", "enter")
        assert "Only digits of 28 x 28 pixels can be saved" in text(pilot)
        assert "Which digit did you draw?" not in text(pilot)
