"""What widgets share that draw cells of their own."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget


class Picture(Widget):
    """Draws all its rows when the first is asked for, and keeps them until `forget`, or until the theme changes."""

    _strips: list[Strip] | None = None

    def _draw(self) -> list[Strip]:
        """The rows, from the top."""
        raise NotImplementedError

    def forget(self) -> None:
        """Draw it anew when it is next looked at."""
        self._strips = None

    @property
    def in_colour(self) -> bool:
        """Whether the terminal has the colours for it."""
        app = self.app
        enough = app.console.color_system in ("256", "truecolor")
        return enough and not (app.no_color or app.native_ansi_color or getattr(app, "ascii_only", False))

    def notify_style_update(self) -> None:
        """Draw it anew in the colours of another theme."""
        super().notify_style_update()
        self.forget()

    def render_line(self, y: int) -> Strip:
        """Row `y`."""
        if self._strips is None:
            self._strips = self._draw()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
