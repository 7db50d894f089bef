"""One row with a text in several lengths, so that the text is never cut."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import fitting
from tui_nn.ui.kit.roles import MUTED


class FittedLine(Widget):
    """A widget that shows the first of its texts that fits, and a muted text at the right end."""

    DEFAULT_CSS = """
    FittedLine { height: 1; padding: 0 1 0 2; }
    """

    texts: reactive[tuple[str, ...]] = reactive(("",))
    """The same text in several lengths, the longest first. The class `-said` is set if there is any text."""

    right: reactive[str] = reactive("")
    """The muted text at the right end of the row."""

    def watch_texts(self, texts: tuple[str, ...]) -> None:
        """Set the class `-said` if there is any text."""
        self.set_class(any(texts), "-said")

    def render(self) -> Content:
        """Return the content of the row: the longest text that fits, and the text at the right end."""
        room = self.size.width - cells_of(self.right) - 2 * bool(self.right)
        text = fitting(self.texts or ("",), room)
        return Content.assemble(text, " " * (room - cells_of(text) + 2), (self.right, f"not bold {MUTED}"))
