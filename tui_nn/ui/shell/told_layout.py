"""A layout that tells every widget its size, the first time too."""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class ToldLayout(Compositor):
    """Compares a layout with the one before, of which all were told.

    Whoever asks a widget for its size when another has just come makes Textual lay out in between, for the answer alone.
    The new one is in that map already, so the next layout took it for an old one and sent it neither Resize nor Show: a
    view came without fitting itself to the room it had (github.com/Textualize/textual/issues/5024).
    """

    _told: CompositorMap | None = None

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out: what was hidden, shown or resized since the last time."""
        if self._told is not None:
            self._full_map = self._told
        result = super().reflow(parent, size)
        self._told = self._full_map
        return result

    def clear(self) -> None:
        """Let go of all widgets."""
        super().clear()
        self._told = None
