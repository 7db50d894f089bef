"""One row of words that is shortened where it is too long, and never cut."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.fitting import fitting


class FittedLine(Widget):
    """Says the first of its texts that fits, and something muted at the right end."""

    DEFAULT_CSS = """
    FittedLine { height: 1; padding: 0 1 0 2; }
    """

    texts: reactive[tuple[str, ...]] = reactive(("",))
    """The same in several lengths, the longest first. The class `-said` tells whether there is anything."""

    right: reactive[str] = reactive("")
    """At the right end."""

    def watch_texts(self, texts: tuple[str, ...]) -> None:
        """Let the styles know whether there is something to say."""
        self.set_class(any(texts), "-said")

    def render(self) -> Content:
        """The row, as wide as it is."""
        room = self.size.width - len(self.right) - 2 * bool(self.right)
        text = fitting(self.texts or ("",), room)
        return Content.assemble(text, " " * (room - len(text) + 2), (self.right, "not bold $foreground 62%"))
