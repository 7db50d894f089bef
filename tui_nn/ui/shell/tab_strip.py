"""The tabs: the name of every pane, each after the number key that leads to it."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import CHANGED, CHOSEN, CHOSEN_EDGE, HOVERED, KEY, UNCHOSEN


class TabStrip(Widget):
    """A widget that shows the names in one row. Half blocks mark the current name even without colour."""

    DEFAULT_CSS = f"""
    TabStrip {{ height: 1; background: {HOVERED}; }}
    """

    current: reactive[str] = reactive("")
    """The name of the current pane."""

    waiting: reactive[tuple[int, bool]] = reactive((0, False))
    """The number of changes in Configure that are not applied, and whether they start a new network."""

    def __init__(self, tabs: tuple[tuple[str, str], ...]) -> None:
        """Show `tabs`, each a key and a name."""
        super().__init__()
        self._tabs = tabs

    def render(self) -> Content:
        """Return the row."""
        tabs = Content.assemble(*(self._tab(key, self._shown(name), name) for key, name in self._tabs))
        changes, new_network = self.waiting
        if not changes:
            return tabs
        count = f"{changes} change{'s' * (changes > 1)}"
        new = ", a new network" if new_network else ""
        room = self.size.width - len(tabs) - 1
        ways = (
            (f"{count} not applied{new}", "P applies"),
            (f"{count} not applied", "P"),
            (f"{changes} not applied", "P"),
            (f"{changes}", "P"),
        )
        words, key = next((way for way in ways if len(f"• {way[0]}  {way[1]}") <= room), ways[-1])
        note = Content.assemble((f"• {words}  ", CHANGED), ("P", KEY), key[1:])
        return Content.assemble(tabs, " " * max(room - len(note), 0), note)

    def _shown(self, name: str) -> str:
        """Return the name of a tab, or "" if the row is too narrow for all names; the tab in front always has its name."""
        return name if name == self.current or self._needed(1) <= self.size.width else ""

    @property
    def _gap(self) -> str:
        """The blanks before a tab: two, or one if all names fit only with one."""
        return " " if self._needed(1) <= self.size.width < self._needed(2) else "  "

    def _needed(self, gap: int) -> int:
        """Return the number of cells that all names need, with `gap` blanks before each name."""
        names = sum(gap + len(f"{key} {name} ") for key, name in self._tabs)
        return names + (len("• 9  P") if self.waiting[0] else 0)

    def _tab(self, key: str, shown: str, name: str) -> Content:
        gap = self._gap
        if name == self.current:
            return Content.assemble((f"{gap[1:]}▐", CHOSEN_EDGE), (f"{key} {name}", CHOSEN), ("▌", CHOSEN_EDGE))
        return Content.assemble(gap, (key, KEY), (f" {shown}", UNCHOSEN), " ")

    def on_click(self, event: events.Click) -> None:
        """Bring the pane that was clicked to the front."""
        start = 0
        for key, name in self._tabs:
            end = start + len(f"{self._gap}{key} {self._shown(name)} ")
            if start <= event.x < end:
                self.post_message(Show(Look(name)))
                return
            start = end
