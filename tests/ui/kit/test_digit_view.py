"""A digit on the screen: exact pixels where there is colour, shades where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.color import Color

from tui_nn.data.dataset import Dataset
from tui_nn.render.pictures import shades
from tui_nn.ui.kit.digit import DigitView


class Plate(App[None]):
    """One digit and nothing else."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__()
        for name, value in attributes.items():
            setattr(self, name, value)

    def compose(self) -> ComposeResult:
        yield DigitView()


def pixel_rows(view: DigitView) -> list[list[Color]]:
    """The colours of the upper and the lower halves of all cells, row by row."""
    rows: list[list[Color]] = []
    for y in range(view.size.height):
        upper, lower = [], []
        for segment in view.render_line(y):
            assert segment.style is not None
            colours = [Color.from_rich_color(c) for c in (segment.style.color, segment.style.bgcolor)]
            for character in segment.text:
                upper.append(colours[1] if character == " " else colours[0])
                lower.append(colours[1])
        rows += [upper, lower]
    return rows


def blends(view: DigitView, image: Any) -> list[list[Color]]:
    _, _, plate, ink = view.colors
    return [
        [plate.blend(ink, pixel / 255, alpha=1.0) for pixel in row]
        for row in image.reshape(28, 28).astype(int).tolist()
    ]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_every_pixel_is_half_a_cell(digits: Dataset, theme: str) -> None:
    app = Plate()
    app.theme = theme
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        view.image = digits.test.images[3]
        await pilot.pause()
        assert view.size == (28, 14)
        assert pixel_rows(view) == blends(view, digits.test.images[3])


async def test_with_zoom_every_pixel_is_two_cells(digits: Dataset) -> None:
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        view.zoom, view.image = True, digits.test.images[3]
        await pilot.pause()
        assert view.size == (56, 28)
        wanted = blends(view, digits.test.images[3])
        assert [row[::2] for row in pixel_rows(view)[::2]] == wanted
        assert [row[1::2] for row in pixel_rows(view)[1::2]] == wanted


async def test_ink_is_dark_on_light_in_light_themes_and_follows_a_change(digits: Dataset) -> None:
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        view.image = np.full(784, 255, np.uint8)
        await pilot.pause()
        assert pixel_rows(view)[0][0].brightness > view.colors[2].brightness
        app.theme = "textual-light"
        await pilot.pause()
        assert pixel_rows(view)[0][0].brightness < view.colors[2].brightness
        assert pixel_rows(view) == blends(view, view.image)


@pytest.mark.parametrize("attributes", [{"no_color": True}, {"ascii_only": True}])
async def test_without_colour_the_picture_is_drawn_in_shades(digits: Dataset, attributes: dict[str, bool]) -> None:
    app = Plate(**attributes)
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        for zoom, size in ((False, (28, 14)), (True, (56, 28))):
            view.zoom, view.image = zoom, digits.test.images[3]
            await pilot.pause()
            lines = ["".join(segment.text for segment in view.render_line(y)) for y in range(size[1])]
            assert lines == shades(digits.test.images[3], *size)


async def test_another_image_replaces_the_first_and_none_clears_it(digits: Dataset) -> None:
    app = Plate(ascii_only=True)
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        for image in (digits.test.images[0], digits.test.images[1], None):
            view.image = image
            await pilot.pause()
            lines = ["".join(segment.text for segment in view.render_line(y)) for y in range(14)]
            assert lines == ([" " * 28] * 14 if image is None else shades(image))
