"""The acts of an update in one row."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.act_strip import act_strip


class ActStrip(Widget):
    """Acts that are done are green, the one that is looked at has a mark; a click looks at one that is done."""

    DEFAULT_CSS = """
    ActStrip { height: 1; padding: 0 1; }
    """

    names: reactive[tuple[str, ...]] = reactive(())
    """Of all acts, in order."""

    current: reactive[int] = reactive(0)
    """The act that is looked at."""

    done: reactive[int] = reactive(0)
    """Acts that are done."""

    loss: reactive[int] = reactive(0)
    """The last act that goes forward."""

    class Chosen(Message):
        """An act was clicked."""

        def __init__(self, act: int) -> None:
            super().__init__()
            self.act = act

    def _pieces(self) -> list[tuple[str, int | None]]:
        return act_strip(self.names, self.current, self.loss, self.size.width) if self.names else []

    def render(self) -> Content:
        """The row."""
        return Content.assemble(*(self._piece(text, act) for text, act in self._pieces()))

    def _piece(self, text: str, act: int | None) -> tuple[str, str]:
        if act is None:
            return text, "$foreground 62%"
        if act == self.current:
            return text, "bold reverse"
        return text, "$text-success" if act < self.done else "$foreground 62%"

    def on_click(self, event: events.Click) -> None:
        """Look at the act under the mouse, if it is done."""
        start = 1
        for text, act in self._pieces():
            if start <= event.x < start + len(text) and act is not None and act < self.done:
                self.post_message(self.Chosen(act))
            start += len(text)
