"""The row above the keys that shows the present step of a lesson in all other panes."""

from __future__ import annotations

from textual.reactive import reactive

from tui_nn.engine.look import Look
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import CURSOR_ROW


class LessonLine(FittedLine):
    """A row that shows the next action of the lesson. Without a next action, the row is hidden; a click leads
    to the lesson.
    """

    DEFAULT_CSS = f"""
    LessonLine {{ display: none; background: {CURSOR_ROW}; }}
    LessonLine.-said.-needed {{ display: block; }}
    """

    is_needed: reactive[bool] = reactive(False)
    """True if the pane of the lesson is not on the screen."""

    def watch_is_needed(self, is_needed: bool) -> None:
        """Show or hide the row."""
        self.set_class(is_needed, "-needed")

    def on_click(self) -> None:
        """Go to the lesson."""
        self.post_message(Show(Look("Lessons")))
