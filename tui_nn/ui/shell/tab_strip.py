"""The row of panes: a number is the key that leads to one."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.messages import Show


class TabStrip(Widget):
    """One row of names. The present one stands between half blocks, so that it is seen without colour too."""

    DEFAULT_CSS = """
    TabStrip { height: 1; background: $surface; }
    """

    current: reactive[str] = reactive("")
    """The name of the pane in front."""

    def __init__(self, tabs: tuple[tuple[str, str], ...]) -> None:
        """Show these (key, name) pairs."""
        super().__init__()
        self._tabs = tabs

    def render(self) -> Content:
        """The row."""
        return Content.assemble(*(self._tab(key, name) for key, name in self._tabs))

    def _tab(self, key: str, name: str) -> Content:
        if name == self.current:
            return Content.assemble((" ▐", "$primary"), (f"{key} {name}", "bold $text on $primary"), ("▌", "$primary"))
        return Content.assemble("  ", (key, "bold $text-accent"), (f" {name}", "$foreground 70%"), " ")

    def on_click(self, event: events.Click) -> None:
        """Bring the clicked pane to the front."""
        start = 0
        for key, name in self._tabs:
            end = start + len(f"  {key} {name} ")
            if start <= event.x < end:
                self.post_message(Show(Look(name)))
                return
            start = end
