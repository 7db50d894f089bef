"""The mistake that is looked at, large, and the list it is chosen from."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.mistakes.browse_view import SELECTING, BrowseView
from tui_nn.ui.mistakes.list.mistake_list import MistakeRows
from tui_nn.ui.mistakes.list.mistake_reader import MistakeReader


class WorstView(BrowseView):
    """A digit, the ten answers to it, and the list."""

    KEY: ClassVar[str] = "l"
    NAME: ClassVar[str] = "list"
    TOOLTIP: ClassVar[str] = "One mistake large, and the list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "mistake", key_display="↑↓", id="mistake-next", tooltip="The next mistake"),
        Binding("up", "move(-1)", "previous mistake", show=False, id="mistake-previous", tooltip="The mistake before"),
        Binding("pagedown", "page(1)", "page down", show=False, id="mistake-page-down", tooltip="A listful further"),
        Binding("pageup", "page(-1)", "page up", show=False, id="mistake-page-up", tooltip="A listful back"),
        Binding("home", "jump(0)", "first mistake", show=False, id="mistake-first", tooltip="The top of the list"),
        Binding("end", "jump(1)", "last mistake", show=False, id="mistake-last", tooltip="The end of the list"),
        *SELECTING,
        Binding("Z", "enlarge", "large digit", show=False, id="mistake-large", tooltip="Twice as large, and back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reader = MistakeReader()

    def compose(self) -> ComposeResult:
        """Title; digit, answers and list."""
        yield self.title
        yield self._reader

    def watch_cursor(self, cursor: MistakeCursor | None) -> None:
        """Show it."""
        self._reader.test = self.test
        self._reader.cursor = cursor
        self.describe()

    def on_resize(self) -> None:
        """Leave out blank rows where there are too few."""
        self._reader.set_class(self.size.height < 19, "-short")

    @on(MistakeRows.Chosen)
    def _row_clicked(self, message: MistakeRows.Chosen) -> None:
        self.change(lambda cursor: cursor.at(message.position))

    @on(MistakeRows.Sorted)
    def _heading_clicked(self, message: MistakeRows.Sorted) -> None:
        self.change(lambda cursor: cursor.select(replace(cursor.selection, order=message.order)))

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A large digit takes room."""
        if action == "enlarge":
            return self._reader.fits_large
        return super().check_action(action, parameters)

    def action_page(self, by: int) -> None:
        """Go on or back by what the list shows."""
        self.action_move(by * self._reader.page)

    def action_enlarge(self) -> None:
        """Make the picture large, or small again."""
        self._reader.large = not self._reader.is_large
