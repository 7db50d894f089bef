"""What widgets share that draw cells of their own."""

from __future__ import annotations

from rich.color import Color
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.render.numbers import compact

_SIGNED_CODES = {True: (94, 130, 172, 214, 39, 33, 26, 18), False: (222, 214, 172, 130, 19, 26, 68, 110)}
"""By whether the theme is dark: levels 1 to 4, then −4 to −1. 256-colour codes that the colour-blind tell apart."""


class Coloured(Widget):
    """Knows whether there are colours, and which tell signs apart."""

    @property
    def in_colour(self) -> bool:
        """Whether the terminal has the colours for it."""
        app = self.app
        enough = app.console.color_system in ("256", "truecolor")
        return enough and not (app.no_color or app.native_ansi_color or getattr(app, "ascii_only", False))

    def signed_colours(self, background: Color) -> list[Color]:
        """The colour of each signed level, negative ones counted from the end: blue below 0, orange above."""
        return [background, *(Color.from_ansi(code) for code in _SIGNED_CODES[self.app.current_theme.dark])]

    @property
    def sign_inks(self) -> tuple[str, str]:
        """The strongest of them to write with: below 0, above 0, as styles."""
        codes = _SIGNED_CODES[self.app.current_theme.dark]
        below, above = (Color.from_ansi(code).get_truecolor().hex for code in (codes[4], codes[3]))
        return below, above


def sign_legend(picture: Coloured, scale: float) -> Content:
    """What the marks mean and how much the strongest stand for, in 29 cells: "− blue 0.08  0  + orange 0.08"."""
    most = compact(scale, 6)
    if not picture.in_colour:
        return Content(f"- = −{most}  0  + # +{most}")
    below, above = picture.sign_inks
    if len(most) > 4:
        return Content.assemble(("− blue", below), f"  ±{most}  ", ("+ orange", above))
    return Content.assemble((f"− blue {most}", below), "  0  ", (f"+ orange {most}", above))


class Picture(Coloured):
    """Draws all its rows when the first is asked for, and keeps them until `forget`, or until the theme changes."""

    _strips: list[Strip] | None = None

    def _draw(self) -> list[Strip]:
        """The rows, from the top."""
        raise NotImplementedError

    def forget(self) -> None:
        """Draw it anew when it is next looked at."""
        self._strips = None

    def notify_style_update(self) -> None:
        """Draw it anew in the colours of another theme."""
        super().notify_style_update()
        self.forget()

    def render_line(self, y: int) -> Strip:
        """Row `y`."""
        if self._strips is None:
            self._strips = self._draw()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
