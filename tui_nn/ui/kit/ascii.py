"""A filter that draws the app in plain ASCII. Each character becomes one character."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui_nn.render.ascii import to_ascii


class Ascii(LineFilter):
    """A filter for a terminal without UTF-8. It replaces each character that such a terminal cannot show."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII. Every character keeps its one cell."""
        return [
            segment if segment.text.isascii() else Segment(to_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
