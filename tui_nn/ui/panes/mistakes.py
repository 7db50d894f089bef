"""Mistakes: the test digits that the network gets wrong, one large, with what it answers and what that costs."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.session.mistakes import ORDERS, Selection, mistake_counts
from tui_nn.session.reading import Reading
from tui_nn.session.snapshot import Snapshot, State
from tui_nn.ui.messages import ShowPane
from tui_nn.ui.panes.pane import Pane
from tui_nn.ui.widgets import mistake_words as words
from tui_nn.ui.widgets.fitted_line import FittedLine
from tui_nn.ui.widgets.mistake_filter import MistakeFilter
from tui_nn.ui.widgets.mistake_list import MistakeRows
from tui_nn.ui.widgets.mistake_reader import MistakeReader


class MistakesPane(Pane):
    """A digit, the ten answers to it, and the list it is chosen from.

    The list stays that of one epoch while training runs: one that reorders under the cursor cannot be read.
    """

    NUMBER: ClassVar[str] = "4"
    TITLE: ClassVar[str] = "Mistakes"
    HELP: ClassVar[str] = words.HELP
    DEFAULT_CSS = """
    MistakesPane {
        #mistakes-title { text-style: bold; }
        #mistakes-message.-said { background: $primary-muted; }
    }
    MistakesPane.-filtering {
        MistakeFilter { display: block; }
        #mistakes-message { display: none; }
    }
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
        Binding("enter", "take_newest", "newest", show=False, key_display="enter", id="mistake-newest", tooltip="The newest epoch"),
        Binding("escape", "show_all", "all", key_display="esc", id="mistake-all", tooltip="Drop the filter"),
        Binding("Z", "enlarge", "large digit", show=False, id="mistake-large", tooltip="Twice as large, and back"),
    ]  # fmt: skip

    reading: reactive[Reading | None] = reactive(None, init=False)
    """Whose mistakes are listed and which one is shown; None while the data is being loaded."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._away = False
        """Whether the pane is hidden; it then shows the newest when it comes back."""
        self._keys: list[bool | None] = []
        self._title, self._message = FittedLine(id="mistakes-title"), FittedLine(id="mistakes-message")
        self._reader, self._filter = MistakeReader(), MistakeFilter()

    def compose(self) -> ComposeResult:
        """Title; digit, answers and list; message, or the filter in its place."""
        yield self._title
        yield self._reader
        yield self._message
        yield self._filter

    # ---- what comes in

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Read its answers, unless training runs on and earlier ones are being read."""
        reading = self.reading
        if snapshot is None or self.test is None:
            self.reading = None
        elif reading is None or reading.found.labels is not self.test.labels:
            self.reading = Reading.of(snapshot, self.test.labels, Selection())
        elif self._away or snapshot.status.state is not State.RUNNING or not reading.goes_on_in(snapshot):
            self.reading = reading.take(snapshot)
        else:
            self._describe()

    def watch_test(self) -> None:
        """Without the digits there is nothing to read."""
        self.watch_snapshot(self.snapshot)

    def on_hide(self) -> None:
        """Nobody is reading."""
        self._away = True

    def on_show(self) -> None:
        """Show the newest."""
        if self._away:
            self._away = False
            self.action_take_newest()

    def show_example(self, index: int) -> None:
        """Turn to a test digit; the filter goes if it hides it."""
        if self.reading is None:
            return
        if self.reading.found.position_of(index) is None:
            self.action_show_all()
        position = self.reading.found.position_of(index)
        self.reading = replace(self.reading, left=index) if position is None else self.reading.at(position)

    @on(MistakeRows.Chosen)
    def _row_clicked(self, message: MistakeRows.Chosen) -> None:
        self.action_move(0, message.position)

    @on(MistakeRows.Sorted)
    def _heading_clicked(self, message: MistakeRows.Sorted) -> None:
        self._select(order=message.order)

    @on(events.Click, "#mistakes-message")
    def _message_clicked(self) -> None:
        self.action_take_newest()

    @on(MistakeFilter.Changed)
    def _filter_changed(self, message: MistakeFilter.Changed) -> None:
        self._select(true=message.true, predicted=message.predicted)

    @on(MistakeFilter.Closed)
    def _filter_closed(self) -> None:
        self.remove_class("-filtering")
        if self._filter.has_focus:
            self.focus()
        self._refresh_keys()

    # ---- what goes out

    def watch_reading(self, before: Reading | None, reading: Reading | None) -> None:
        """Show it."""
        self._reader.test = self.test
        self._reader.reading = reading
        if reading is not None and (before is None or before.found is not reading.found):
            self._filter.counts = mistake_counts(reading.found.evaluation, reading.found.labels)
        self._describe()

    def _describe(self) -> None:
        """Write the title and the message."""
        reading, newest = self.reading, self.snapshot
        if reading is None or newest is None:
            self._title.texts, self._title.right, self._message.texts = ("loading digits",), "", ("",)
        else:
            self._title.texts, self._title.right = words.titles(reading, newest), words.order_of(reading)
            self._message.texts = words.messages(reading, newest)
        self._refresh_keys()

    def on_resize(self) -> None:
        """Leave out blank rows where there are too few."""
        self._reader.set_class(self.size.height < 21, "-short")

    def _refresh_keys(self) -> None:
        """Let the footer follow, but only where a key has come or gone: it is built anew each time."""
        keys = [self.check_action(action, ()) for action in ("move", "sort", "inspect", "take_newest", "show_all")]
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        reading, newest = self.reading, self.snapshot
        if reading is None or newest is None or self.has_class("-filtering"):
            return False
        match action:
            case "sort" | "filter":
                return None if reading.found.right else True
            case "inspect":
                return True if len(reading.found) else None
            case "take_newest":
                return newest.epoch > reading.snapshot.epoch
            case "show_all":
                return reading.selection.filtered
            case "enlarge":
                return self._reader.fits_large
            case _:
                return True

    def action_move(self, by: int, start: int | None = None) -> None:
        """Look at the mistake `by` rows further."""
        if self.reading is not None:
            self.reading = self.reading.at((self.reading.position if start is None else start) + by)

    def action_page(self, by: int) -> None:
        """Go on or back by what the list shows."""
        self.action_move(by * self._reader.page)

    def action_jump(self, end: int) -> None:
        """Go to the first mistake (0) or the last (1)."""
        self.action_move(0, end * len(self.reading.found) if self.reading else 0)

    def action_sort(self) -> None:
        """Take the next order."""
        if self.reading is not None:
            names = list(ORDERS)
            self._select(order=names[(names.index(self.reading.selection.order) + 1) % len(names)])

    def action_filter(self) -> None:
        """Open the filter."""
        if self.reading is not None:
            self._filter.true, self._filter.predicted = self.reading.selection.true, self.reading.selection.predicted
            self.add_class("-filtering")
            self._filter.focus()
            self._refresh_keys()

    def action_show_all(self) -> None:
        """Drop the filter."""
        self._select(true=None, predicted=None)

    def action_inspect(self) -> None:
        """Look at the digit in the Inspect pane."""
        if self.reading is not None and (mistake := self.reading.mistake):
            self.post_message(ShowPane("Inspect", example=mistake.index))

    def action_take_newest(self) -> None:
        """Read the newest answers."""
        if self.reading is not None and self.snapshot is not None:
            self.reading = self.reading.take(self.snapshot)

    def action_enlarge(self) -> None:
        """Make the picture large, or small again."""
        self._reader.large = not self._reader.is_large

    def _select(self, **changes: object) -> None:
        if self.reading is not None:
            self.reading = self.reading.select(replace(self.reading.selection, **changes))  # type: ignore[arg-type]
