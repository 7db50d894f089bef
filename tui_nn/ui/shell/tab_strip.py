"""The tabs: the name of every pane, each after the number key that leads to it."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import CHOSEN, CHOSEN_EDGE, HOVERED, KEY, UNCHOSEN


class TabStrip(Widget):
    """Shows the names in one row. Half blocks mark the current name even without colour."""

    DEFAULT_CSS = f"""
    TabStrip {{ height: 1; background: {HOVERED}; }}
    """

    current: reactive[str] = reactive("")
    """The name of the current pane."""

    def __init__(self, tabs: tuple[tuple[str, str], ...]) -> None:
        """Show `tabs`, each a key and a name."""
        super().__init__()
        self._tabs = tabs

    def render(self) -> Content:
        """Return the row."""
        return Content.assemble(*(self._tab(key, name) for key, name in self._tabs))

    def _tab(self, key: str, name: str) -> Content:
        if name == self.current:
            return Content.assemble((" ▐", CHOSEN_EDGE), (f"{key} {name}", CHOSEN), ("▌", CHOSEN_EDGE))
        return Content.assemble("  ", (key, KEY), (f" {name}", UNCHOSEN), " ")

    def on_click(self, event: events.Click) -> None:
        """Bring the pane that was clicked to the front."""
        start = 0
        for key, name in self._tabs:
            end = start + len(f"  {key} {name} ")
            if start <= event.x < end:
                self.post_message(Show(Look(name)))
                return
            start = end
