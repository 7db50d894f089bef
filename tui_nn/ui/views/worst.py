"""The mistake that is looked at, large, and the list it is chosen from."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui_nn.session.reading import Reading
from tui_nn.session.selection import ORDERS
from tui_nn.session.snapshot import Snapshot
from tui_nn.ui.messages import ShowPane
from tui_nn.ui.views.reading_view import ReadingView
from tui_nn.ui.widgets import mistake_words as words
from tui_nn.ui.widgets.fitted_line import FittedLine
from tui_nn.ui.widgets.mistake_list import MistakeRows
from tui_nn.ui.widgets.mistake_reader import MistakeReader


class WorstView(ReadingView):
    """A digit, the ten answers to it, and the list."""

    KEY: ClassVar[str] = "l"
    NAME: ClassVar[str] = "list"
    TOOLTIP: ClassVar[str] = "One mistake large, and the list"
    DEFAULT_CSS = """
    WorstView .title { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "mistake", key_display="↑↓", id="mistake-next", tooltip="The next mistake"),
        Binding("up", "move(-1)", "previous mistake", show=False, id="mistake-previous", tooltip="The mistake before"),
        Binding("pagedown", "page(1)", "page down", show=False, id="mistake-page-down", tooltip="A listful further"),
        Binding("pageup", "page(-1)", "page up", show=False, id="mistake-page-up", tooltip="A listful back"),
        Binding("home", "jump(0)", "first mistake", show=False, id="mistake-first", tooltip="The top of the list"),
        Binding("end", "jump(1)", "last mistake", show=False, id="mistake-last", tooltip="The end of the list"),
        Binding("s", "sort", "sort", id="mistake-sort", tooltip="By loss, p(pred), p(true), margin, #"),
        Binding("f", "filter", "filter", id="mistake-filter", tooltip="One true or one predicted digit alone"),
        Binding("x", "inspect", "network", id="mistake-inspect", tooltip="This digit on its way through the network"),
        Binding("escape", "show_all", "all", key_display="esc", id="mistake-all", tooltip="Drop the filter"),
        Binding("Z", "enlarge", "large digit", show=False, id="mistake-large", tooltip="Twice as large, and back"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._title, self._reader = FittedLine(classes="title"), MistakeReader()

    def compose(self) -> ComposeResult:
        """Title; digit, answers and list."""
        yield self._title
        yield self._reader

    def watch_reading(self, reading: Reading | None) -> None:
        """Show it."""
        self._reader.test = self.test
        self._reader.reading = reading
        self._describe()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Say whether there is a newer one."""
        self._describe()

    def _describe(self) -> None:
        reading, newest = self.reading, self.snapshot
        if reading is None or newest is None:
            self._title.texts, self._title.right = ("loading digits",), ""
        else:
            self._title.texts, self._title.right = words.titles(reading, newest), words.order_of(reading)

    def on_resize(self) -> None:
        """Leave out blank rows where there are too few."""
        self._reader.set_class(self.size.height < 19, "-short")

    @on(MistakeRows.Chosen)
    def _row_clicked(self, message: MistakeRows.Chosen) -> None:
        self.change(lambda reading: reading.at(message.position))

    @on(MistakeRows.Sorted)
    def _heading_clicked(self, message: MistakeRows.Sorted) -> None:
        self.change(lambda reading: reading.select(replace(reading.selection, order=message.order)))

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        reading = self.reading
        if reading is None:
            return False
        match action:
            case "sort" | "filter":
                return None if reading.found.right else True
            case "inspect":
                return True if len(reading.found) else None
            case "show_all":
                return reading.selection.filtered
            case "enlarge":
                return self._reader.fits_large
            case _:
                return True

    def action_move(self, by: int) -> None:
        """Look at the mistake `by` rows further."""
        self.change(lambda reading: reading.at(reading.position + by))

    def action_page(self, by: int) -> None:
        """Go on or back by what the list shows."""
        self.action_move(by * self._reader.page)

    def action_jump(self, end: int) -> None:
        """Go to the first mistake (0) or the last (1)."""
        self.change(lambda reading: reading.at(end * len(reading.found)))

    def action_sort(self) -> None:
        """Take the next order."""
        names = list(ORDERS)

        def next_order(reading: Reading) -> Reading:
            order = names[(names.index(reading.selection.order) + 1) % len(names)]
            return reading.select(replace(reading.selection, order=order))

        self.change(next_order)

    def action_filter(self) -> None:
        """Open the filter."""
        self.post_message(self.Filter())

    def action_show_all(self) -> None:
        """Drop the filter."""
        self.change(lambda reading: reading.select(replace(reading.selection, true=None, predicted=None)))

    def action_inspect(self) -> None:
        """Look at the digit in the Inspect pane."""
        if self.reading is not None and (mistake := self.reading.mistake):
            self.post_message(ShowPane("Inspect", example=mistake.index))

    def action_enlarge(self) -> None:
        """Make the picture large, or small again."""
        self._reader.large = not self._reader.is_large
