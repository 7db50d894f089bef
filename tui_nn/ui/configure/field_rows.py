"""Rows of fields that may be more than there is room for, under headings that say how many are out of sight."""

from __future__ import annotations

from typing import Any

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.ui.configure.field import QUIET


class Heading(Static):
    """The name of a column and what it is about; or in that place, how many rows are above and below."""

    DEFAULT_CSS = "Heading { width: 1fr; height: 1; padding-left: 1; text-wrap: nowrap; }"

    hidden: reactive[tuple[int, int]] = reactive((0, 0))
    """Rows above and below those in sight."""

    def __init__(self, name: str, about: str, **more: Any) -> None:
        super().__init__(**more)
        self._title, self._about = name, about

    def render(self) -> Content:
        """One row."""
        name = Content.styled(self._title, "bold")
        above, below = self.hidden
        if not above and not below:
            return Content.assemble(name, (f"  {self._about}", QUIET))
        counts = "  ".join(f"{mark} {count}" for mark, count in (("▴", above), ("▾", below)) if count)
        more = Content.assemble((counts, "bold $text-accent"), (" more", QUIET))
        return Content.assemble(name, " " * max(self.size.width - len(name) - len(more), 1), more)


class FieldRows(Vertical, can_focus=False):
    """Scrolls with the keys; its heading tells what cannot be seen."""

    DEFAULT_CSS = """
    FieldRows { height: 1fr; overflow-y: auto; scrollbar-size: 0 0; }
    """

    def __init__(self, heading: Heading) -> None:
        super().__init__(classes="rows")
        self._heading = heading

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell how many rows are above and below."""
        super().watch_scroll_y(old_value, new_value)
        self._tell()

    def watch_virtual_size(self, size: Size) -> None:
        """So too when rows come or go."""
        self._tell()

    def on_resize(self) -> None:
        """And when there is more room, or less."""
        self._tell()

    def _tell(self) -> None:
        above = round(self.scroll_y)
        self._heading.hidden = above, max(self.virtual_size.height - self.size.height - above, 0)
