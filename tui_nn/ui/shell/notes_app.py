"""The app for a second terminal. It shows the teacher's notes on the lesson in the first terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import Static

from tui_nn.lessons.notes import read_notes
from tui_nn.ui.kit.ascii import Ascii
from tui_nn.ui.kit.contrast import readable
from tui_nn.ui.kit.roles import HEADING, MUTED
from tui_nn.ui.shell.notes_panel import notes_content

LOOK_EVERY = 0.5
"""The seconds after which the file is read again. The times on the screen change only once a second."""


class NotesApp(App[None]):
    """The Textual app with the notes on the present step. It follows the lesson in the teacher's app."""

    TITLE = "tui-nn notes"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    VerticalScroll { padding: 1 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "quit", "quit", tooltip="Quit")]

    def __init__(self, *, ascii_only: bool = False) -> None:
        """Use only ASCII characters if `ascii_only` is true."""
        super().__init__()
        self._ascii = [Ascii()] if ascii_only else []

    def compose(self) -> ComposeResult:
        """Yield the notes, which scroll if they do not fit."""
        with VerticalScroll():
            yield Static(id="notes", markup=False)

    def on_mount(self) -> None:
        """Show the notes, and begin to read the file in short intervals."""
        self.follow()
        self.set_interval(LOOK_EVERY, self.follow)

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self.call_after_refresh(self.follow)

    def follow(self) -> None:
        """Show the present contents of the file."""
        notes, why = read_notes()
        if notes is None:
            shown = Content.assemble((f"{why[0].upper()}{why[1:]}.", MUTED), "\n\n", ("q leaves.", MUTED))
        else:
            width = max(self.size.width - 8, 20)
            shown = Content.assemble((notes.title, HEADING), "\n\n", notes_content(notes, width))
        self.query_one("#notes", Static).update(shown)

    def get_css_variables(self) -> dict[str, str]:
        """Return the colours of the theme. Colours of text that would be hard to read are replaced."""
        return readable(super().get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of Textual, then the ASCII filter if it is needed."""
        return [*super().get_line_filters(), *self._ascii]
