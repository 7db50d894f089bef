"""The base classes of widgets that draw their own cells, and the colours of signed values."""

from __future__ import annotations

from rich.color import Color
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.render.numbers import compact

_SIGNED_CODES = {True: (94, 130, 172, 214, 39, 33, 26, 18), False: (222, 214, 172, 130, 19, 26, 68, 110)}
"""The 256-colour codes of the levels 1 to 4 and −4 to −1, in this order. The dict key is True for dark themes.

Colour-blind people can distinguish these colours.
"""


class Coloured(Widget):
    """The base class of widgets that draw signed values. It knows the colours, and whether the terminal can show them."""

    @property
    def in_colour(self) -> bool:
        """Return whether the terminal can show at least 256 colours."""
        app = self.app
        enough = app.console.color_system in ("256", "truecolor")
        return enough and not (app.no_color or app.native_ansi_color or getattr(app, "ascii_only", False))

    def signed_colours(self, background: Color) -> list[Color]:
        """Return a list of colours. Index 0 is `background`, and any other index is the level: negative is blue, positive is
        orange.
        """
        return [background, *(Color.from_ansi(code) for code in _SIGNED_CODES[self.app.current_theme.dark])]

    @property
    def sign_inks(self) -> tuple[str, str]:
        """Return the strongest blue and the strongest orange, for values below and above 0, as "#rrggbb"."""
        codes = _SIGNED_CODES[self.app.current_theme.dark]
        below, above = (Color.from_ansi(code).get_truecolor().hex for code in (codes[4], codes[3]))
        return below, above


def sign_legend(picture: Coloured, scale: float, *, short: bool = False) -> Content:
    """Return the legend of a map, with the value `scale` of the strongest colour: "− blue 0.08  0  + orange 0.08".

    It has at most 29 cells. A `short` legend has at most 25 cells: "− blue  ±0.08  + orange".
    """
    most = compact(scale, 6)
    if not picture.in_colour:
        return Content(f"- = −{most}  0  + # +{most}")
    below, above = picture.sign_inks
    if short or len(most) > 4:
        return Content.assemble(("− blue", below), f"  ±{most}  ", ("+ orange", above))
    return Content.assemble((f"− blue {most}", below), "  0  ", (f"+ orange {most}", above))


class Picture(Coloured):
    """A widget that draws all its rows at once, and keeps them until `forget` is called or the theme changes."""

    _strips: list[Strip] | None = None

    def _draw(self) -> list[Strip]:
        """Return all rows, from the top."""
        raise NotImplementedError

    def forget(self) -> None:
        """Discard the stored rows, so that the next paint draws new ones."""
        self._strips = None

    def notify_style_update(self) -> None:
        """Draw new rows in the colours of another theme."""
        super().notify_style_update()
        self.forget()

    def render_line(self, y: int) -> Strip:
        """Return row `y`."""
        if self._strips is None:
            self._strips = self._draw()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
