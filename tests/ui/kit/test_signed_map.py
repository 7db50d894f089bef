"""A signed map on the screen: colours that tell the sign, a cursor that is neither, and glyphs without colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich.color import Color
from textual.app import App, ComposeResult

from tui_nn.render.signed_map import glyph_rows, map_scale, signed_levels
from tui_nn.ui.kit.signed_map import SignedMap

DARK = {1: 94, 2: 130, 3: 172, 4: 214, -4: 39, -3: 33, -2: 26, -1: 18}
LIGHT = {1: 222, 2: 214, 3: 172, 4: 130, -4: 19, -3: 26, -2: 68, -1: 110}
RAMPS = {"textual-dark": DARK, "textual-light": LIGHT}


class Plate(App[None]):
    """One map and nothing else."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__()
        self.chosen: list[tuple[int, int]] = []
        for name, value in attributes.items():
            setattr(self, name, value)

    def compose(self) -> ComposeResult:
        yield SignedMap()

    def on_signed_map_chosen(self, event: SignedMap.Chosen) -> None:
        self.chosen.append((event.row, event.column))


def wave() -> np.ndarray:
    """A picture with every level in it."""
    return np.sin(np.arange(784) / 31).reshape(28, 28) * np.linspace(0, 1, 28)


def pixel_rows(view: SignedMap) -> list[list[Color | None]]:
    """The colours of the upper and the lower halves of all cells but the gutter and the ticks."""
    rows: list[list[Color | None]] = []
    for y in range(1, view.size.height):
        upper, lower = [], []
        for segment in view.render_line(y):
            for character in segment.text:
                assert segment.style is not None
                upper.append(segment.style.bgcolor if character == " " else segment.style.color)
                lower.append(segment.style.bgcolor)
        rows += [upper[1:29], lower[1:29]]
    return rows


def lines(view: SignedMap) -> list[str]:
    return ["".join(segment.text for segment in view.render_line(y)) for y in range(view.size.height)]


@pytest.mark.parametrize("theme", RAMPS)
async def test_every_pixel_has_the_colour_of_its_level(theme: str) -> None:
    app = Plate()
    app.theme = theme
    async with app.run_test(size=(60, 30)) as pilot:
        view, values = app.query_one(SignedMap), wave()
        view.values = values
        await pilot.pause()
        assert view.size == (29, 15)
        levels = signed_levels(values, map_scale(values))
        for colours, row in zip(pixel_rows(view), levels, strict=True):
            for colour, level in zip(colours, row, strict=True):
                assert colour is not None
                assert colour.number == RAMPS[theme].get(int(level)), level


async def test_the_cursor_has_two_ticks_and_a_colour_of_its_own() -> None:
    """The cursor moves by single pixels and stops at the edges."""
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(SignedMap)
        view.values = wave()
        view.cursor = (13, 20)
        await pilot.pause()
        assert lines(view)[0].index("▾") == 21
        assert [line[0] for line in lines(view)].index("▸") == 1 + 13 // 2
        pixels = pixel_rows(view)
        others = {colour for row in pixels for colour in row} - {pixels[13][20]}
        assert sum(colour == pixels[13][20] for row in pixels for colour in row) == 1
        assert len(others) == 9
        view.move(-1, 100)
        assert view.cursor == (12, 27)


async def test_a_click_chooses_the_pixel_under_it() -> None:
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        app.query_one(SignedMap).values = wave()
        await pilot.pause()
        await pilot.click(SignedMap, offset=(5, 3))
        await pilot.click(SignedMap, offset=(0, 3))
        assert app.chosen == [(4, 4)]


async def test_with_zoom_the_map_is_twice_as_large() -> None:
    app = Plate()
    async with app.run_test(size=(80, 40)) as pilot:
        view = app.query_one(SignedMap)
        view.values, view.zoom, view.cursor = wave(), True, (0, 2)
        await pilot.pause()
        assert view.size == (57, 29)
        assert lines(view)[0][5:7] == "▾▾"


@pytest.mark.parametrize("setting", ["no_color", "ascii_only"])
async def test_without_colours_characters_show_the_sign(setting: str) -> None:
    app = Plate(**{setting: True})
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(SignedMap)
        view.values, view.cursor = wave(), (13, 20)
        await pilot.pause()
        assert [line[1:] for line in lines(view)[1:]] == glyph_rows(wave(), map_scale(wave()))
        assert "- = −" in str(view.legend())


async def test_nan_and_an_empty_map_are_drawn() -> None:
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(SignedMap)
        await pilot.pause()
        assert view.size == (29, 15)
        view.values = np.full((28, 28), np.nan)
        await pilot.pause()
        assert lines(view)[5][1:] == "!" * 28
        assert "NaN" in str(view.legend())
