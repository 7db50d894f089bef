"""The dialog with the bookmarks of the run: views with names, which the run file keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_nn.engine.commands import DropBookmark, SetBookmark
from tui_nn.engine.look import Look, LookTextError, read_look
from tui_nn.session.run.bookmark import LONGEST_NAME, Bookmark
from tui_nn.ui.kit.dialog import NamingDialog
from tui_nn.ui.kit.roles import KEY, MUTED
from tui_nn.ui.shell.stage import look_fault

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.session.run.snapshot import Snapshot


def look_of(bookmark: Bookmark) -> Look | None:
    """Return the view of a bookmark; None if this app has no such view, because another version has written the run file."""
    try:
        look = read_look(bookmark.look)
    except LookTextError:
        return None
    return None if look_fault(look) else look


class Bookmarks(NamingDialog[Look | None]):
    """A dialog that lists the bookmarks and returns the chosen view, or None. The key n gives the present view a name."""

    DEFAULT_CSS = """
    Bookmarks > Vertical { width: 74; }
    Bookmarks OptionList, Bookmarks OptionList:focus { max-height: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "name", "new"),
        Binding("x", "drop", "remove"),
    ]

    def __init__(self, snapshot: Snapshot, here: Look, send: Callable[[Command], object]) -> None:
        """List the bookmarks of `snapshot`. `here` is the present view; `send` gives commands to the engine."""
        super().__init__()
        self._bookmarks, self._here, self._send = list(snapshot.bookmarks), here, send

    def compose(self) -> ComposeResult:
        """Yield the widgets: the heading, the list, the input for a name, and the row of keys."""
        with Vertical():
            yield Static(
                Content.assemble(
                    ("Bookmarks", "bold"), ("  named views of this run, which are saved in its file", MUTED)
                )
            )
            yield OptionList()
            yield Static(
                Content.styled("There are no bookmarks yet. Press n to name the present view.", MUTED), id="none"
            )
            yield Input(placeholder="a name for the present view", max_length=LONGEST_NAME)
            yield Static(
                Content.assemble(
                    ("enter", KEY),
                    " go there    ",
                    ("n", KEY),
                    " new    ",
                    ("x", KEY),
                    " remove    ",
                    ("esc", KEY),
                    " close",
                )
            )

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()

    def _fill(self) -> None:
        rows = self.query_one(OptionList)
        rows.clear_options()
        for mark in self._bookmarks:
            name = mark.name if len(mark.name) <= 34 else f"{mark.name[:33]}…"
            rows.add_option(Option(Content.assemble((f"{name:36}", "bold"), (mark.look[:32], MUTED))))
        rows.display = bool(self._bookmarks)
        self.query_one("#none", Static).display = not self._bookmarks
        if self._bookmarks:
            rows.highlighted = 0
            rows.focus()

    @on(OptionList.OptionSelected)
    def _go(self, event: OptionList.OptionSelected) -> None:
        bookmark = self._bookmarks[event.option_index]
        if (look := look_of(bookmark)) is not None:
            self.dismiss(look)
        else:
            self.app.notify(f"This version has no view '{bookmark.look}'.", severity="warning", markup=False)

    def action_name(self) -> None:
        """Open the input for the name of the present view."""
        self.ask_for_name()

    def take_name(self, name: str) -> None:
        """Add a bookmark of this name. It replaces one of the same name."""
        self._send(SetBookmark(name, self._here.text))
        others = [bookmark for bookmark in self._bookmarks if bookmark.name != name]
        self._bookmarks = [*others, Bookmark(name, self._here.text)]
        self._fill()

    def action_drop(self) -> None:
        """Remove the bookmark under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None and self._bookmarks:
            self._send(DropBookmark(self._bookmarks.pop(at).name))
            self._fill()
