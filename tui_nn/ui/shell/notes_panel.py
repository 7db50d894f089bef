"""The panel with the teacher's notes. The students also see the panel while it is open."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.ui.kit.roles import FRAME, HEADING, MUTED, TEXT, WARNING, bold
from tui_nn.ui.shell.arrangement import FOR_TWO

if TYPE_CHECKING:
    from tui_nn.lessons.notes import Notes

COLUMNS = 38
"""The width of the panel beside the panes."""

FOR_ONE = 80 + COLUMNS
"""The columns that the panel and one pane need."""

STYLES = {"title": HEADING, "time": MUTED, "late": bold(WARNING), "text": TEXT, "muted": MUTED}
"""The style of each part of the notes."""


def notes_content(notes: Notes, width: int) -> Content:
    """Return the notes with the present times, in lines of at most `width` cells."""
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.lessons.notes import note_lines

    lines = note_lines(notes, time(), width)
    return Content("\n").join(Content.assemble(*((text, STYLES[part]) for text, part in line)) for line in lines)


class NotesPanel(Widget):
    """A widget that shows the notes on the present step: at the right where there is room, else below the panes."""

    DEFAULT_CSS = f"""
    NotesPanel {{ display: none; background: {FRAME}; padding: 0 2; }}
    """

    notes: reactive[Notes | None] = reactive(None)
    """The notes on the present step; None if no lesson is taught."""

    @staticmethod
    def has_room_beside(width: int) -> bool:
        """Return whether the panel can stand beside the panes: one pane keeps 80 columns, and two keep 75 each."""
        return FOR_ONE <= width < FOR_TWO or width >= FOR_TWO + COLUMNS

    def on_mount(self) -> None:
        """Begin to update the times once a second."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.display and self.notes is not None:
            self.refresh()

    def render(self) -> Content:
        """Return the notes."""
        return notes_content(self.notes, self.content_size.width) if self.notes is not None else Content()
