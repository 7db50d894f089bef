"""One digit, drawn as large as its pixels."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.arrays import Pixels
from tui_nn.render.digits import SIDE, shades
from tui_nn.ui.widgets.picture import Picture

_UPPER_HALF = "▀"


class DigitView(Picture):
    """A digit in 28 x 14 cells, or 56 x 28: ink in the colour of the text, on a plate that differs from the page.

    Every pixel is exact where there are 256 colours, two to a half block; elsewhere rows are averaged in pairs and
    drawn in shades. Dark themes have light ink, light themes dark ink.
    """

    DEFAULT_CSS = """
    DigitView {
        width: auto;
        height: auto;
        background: $background-lighten-1;
        color: $foreground;
    }
    """

    image: reactive[Pixels | None] = reactive(None, always_update=True)
    """uint8 (784,), or None for an empty plate."""

    zoom: reactive[bool] = reactive(False, layout=True)
    """Whether a pixel is two cells wide and one high, instead of one cell wide and half of one high."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """Begin with an empty plate."""
        super().__init__(id=id, classes=classes)

    def get_content_width(self, *_: object) -> int:
        """28 or 56."""
        return 2 * SIDE if self.zoom else SIDE

    def get_content_height(self, *_: object) -> int:
        """14 or 28."""
        return SIDE if self.zoom else SIDE // 2

    def watch_image(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_zoom(self) -> None:
        """Draw it anew."""
        self.forget()

    def _draw(self) -> list[Strip]:
        image, columns, rows = self.image, self.get_content_width(), self.get_content_height()
        if image is None:
            return [Strip.blank(columns, self.rich_style)] * rows
        if not self.in_colour:
            return [Strip([Segment(row, self.rich_style)], columns) for row in shades(image, columns, rows)]
        _, _, plate, ink = self.colors
        pixels = image.reshape(SIDE, SIDE).tolist()
        pairs = zip(pixels, pixels, strict=True) if self.zoom else zip(pixels[::2], pixels[1::2], strict=True)
        across = columns // SIDE
        return [
            Strip([_cell(plate, ink, *pair, across) for pair in zip(upper, lower, strict=True)], columns).simplify()
            for upper, lower in pairs
        ]


@lru_cache(4096)
def _cell(plate: Color, ink: Color, upper: int, lower: int, across: int) -> Segment:
    """Cells whose upper and lower half have this much ink, 0 to 255."""
    style = Style(color=_blend(plate, ink, upper), bgcolor=_blend(plate, ink, lower))
    return Segment((" " if upper == lower else _UPPER_HALF) * across, style)


@lru_cache(1024)
def _blend(plate: Color, ink: Color, amount: int) -> RichColor:
    return plate.blend(ink, amount / 255, alpha=1.0).rich_color
