"""A picture of the data, drawn pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.parameters import Pixels
from tui_nn.render.pictures import SIDE, from_screen, on_screen, shades, side_of
from tui_nn.ui.kit.picture import Picture
from tui_nn.ui.kit.roles import PLATE, TEXT

if TYPE_CHECKING:
    from tui_nn.session.questions.explaining.explanation import Explanation
    from tui_nn.ui.kit.explaining import Page, Spot

_UPPER_HALF = "▀"


class DigitView(Picture):
    """A widget that draws a picture in 28 x 14 cells, or enlarged in 56 x 28 cells.

    The ink has the colour of the text. The background differs from that of the page. With 256 colours, one cell shows two
    pixels, one above the other. With fewer colours, it shows the mean of both as a shade. Pictures of another size are
    scaled to 28 x 28 pixels.
    """

    DEFAULT_CSS = f"""
    DigitView {{
        width: auto;
        height: auto;
        background: {PLATE};
        color: {TEXT};
    }}
    """

    image: reactive[Pixels | None] = reactive(None, always_update=True)
    """The pixels, a uint8 array of shape (side * side,); None for an empty picture."""

    zoom: reactive[bool] = reactive(False, layout=True)
    """True if a pixel is two cells wide and one cell high. Otherwise it is one cell wide and half a cell high."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """Begin with an empty picture."""
        super().__init__(id=id, classes=classes)

    def get_content_width(self, *_: object) -> int:
        """Return the width in cells: 28 or 56."""
        return 2 * SIDE if self.zoom else SIDE

    def get_content_height(self, *_: object) -> int:
        """Return the height in cells: 14 or 28."""
        return SIDE if self.zoom else SIDE // 2

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each cell of the picture. `explain` is called with the number of a pixel.

        In a cell with two pixels, the upper one is explained.
        """
        if self.image is None:
            return
        side, across, down = side_of(self.image), 2 if self.zoom else 1, 1 if self.zoom else 2
        for row in range(SIDE // down):
            for column in range(SIDE):
                at = from_screen(row * down, side) * side + from_screen(column, side)
                yield from page.on_cells(self, column * across, row, across, 1, partial(explain, at), is_cell=True)

    def watch_image(self) -> None:
        """Draw the picture again, because its pixels have changed."""
        self.forget()

    def watch_zoom(self) -> None:
        """Draw the picture again, because its size has changed."""
        self.forget()

    def _draw(self) -> list[Strip]:
        _, _, plate, ink = self.colors
        return digit_strips(self.image, self.zoom, (plate, ink) if self.in_colour else None, self.rich_style)


def digit_strips(image: Pixels | None, zoom: bool, colours: tuple[Color, Color] | None, style: Style) -> list[Strip]:
    """Return the rows of a picture, or of an empty picture if `image` is None.

    Args:
        image: uint8 (side * side,).
        zoom: whether the picture has 56 x 28 cells instead of 28 x 14.
        colours: those of the background and the ink; None to draw shades.
        style: the style of the cells if shades are drawn, or if the picture is empty.
    """
    across = 2 if zoom else 1
    columns, rows = SIDE * across, SIDE * across // 2
    if image is None:
        return [Strip.blank(columns, style)] * rows
    if colours is None:
        return [Strip([Segment(row, style)], columns) for row in shades(image, columns, rows)]
    pixels = np.rint(on_screen(image)).astype(int).tolist()
    pairs = zip(pixels, pixels, strict=True) if zoom else zip(pixels[::2], pixels[1::2], strict=True)
    return [
        Strip([_cell(*colours, *pair, across) for pair in zip(upper, lower, strict=True)], columns).simplify()
        for upper, lower in pairs
    ]


@lru_cache(4096)
def _cell(plate: Color, ink: Color, upper: int, lower: int, across: int) -> Segment:
    """Return `across` equal cells. `upper` and `lower` are the amounts of ink in the halves of each cell, from 0 to 255."""
    style = Style(color=ink_colour(plate, ink, upper), bgcolor=ink_colour(plate, ink, lower))
    return Segment((" " if upper == lower else _UPPER_HALF) * across, style)


@lru_cache(1024)
def ink_colour(plate: Color, ink: Color, amount: int) -> RichColor:
    """Return the colour of a pixel with this amount of ink, from 0 (the colour `plate`) to 255 (the colour `ink`)."""
    return plate.blend(ink, amount / 255, alpha=1.0).rich_color
