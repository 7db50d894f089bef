"""A Textual compositor that sends every widget its size, even a widget that was just mounted."""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class CompleteLayout(Compositor):
    """A compositor that compares each new layout with the last layout that was reported to all widgets.

    If code asks a widget for its size right after another widget was mounted, Textual computes an extra layout only for
    this answer. The new widget is then in the compositor's map. So the next layout treats it as an old widget and sends it
    neither Resize nor Show, and the widget is drawn at a wrong size (github.com/Textualize/textual/issues/5024).
    """

    _informed: CompositorMap | None = None

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out all widgets. Return the widgets that were hidden, shown or resized since the last layout."""
        if self._informed is not None:
            self._full_map = self._informed
        result = super().reflow(parent, size)
        self._informed = self._full_map
        return result

    def clear(self) -> None:
        """Forget all widgets."""
        super().clear()
        self._informed = None
