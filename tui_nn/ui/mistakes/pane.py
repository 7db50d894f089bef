"""Mistakes: the test digits that the network gets wrong, one large, with what it answers and what that costs."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.data.dataset import Split
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.mistakes import mistake_counts
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.view import View
from tui_nn.ui.kit.view_pane import ViewPane, view_bindings
from tui_nn.ui.mistakes import mistake_words as words
from tui_nn.ui.mistakes.by_digit.view import ByClassView
from tui_nn.ui.mistakes.calibration.view import CalibrationView
from tui_nn.ui.mistakes.confusion.view import ConfusionView
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.draw.view import DrawView
from tui_nn.ui.mistakes.gallery.view import GalleryView
from tui_nn.ui.mistakes.list.view import WorstView
from tui_nn.ui.mistakes.mistake_filter import MistakeFilter
from tui_nn.ui.mistakes.vary.view import VaryView
from tui_nn.ui.mistakes.why.view import WhyView


class MistakesPane(ViewPane):
    """Views of the answers to the test digits. All of them share one cursor: a list of digits and a place in it.

    The list stays that of one epoch while training runs: one that reorders under the cursor cannot be read.
    """

    NUMBER: ClassVar[str] = "4"
    TITLE: ClassVar[str] = "Mistakes"
    HELP: ClassVar[str] = words.HELP
    VIEWS: ClassVar[tuple[type[View], ...]] = (
        WorstView,
        GalleryView,
        ConfusionView,
        WhyView,
        VaryView,
        DrawView,
        ByClassView,
        CalibrationView,
    )
    DEFAULT_CSS = """
    MistakesPane { layers: default filter; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *view_bindings(*VIEWS),
        Binding("enter,u", "take_newest", "newest", show=False, id="mistake-newest", tooltip="The newest epoch"),
        Binding("escape", "view('list')", "list", show=False, id="mistakes-back", tooltip="Back to the list"),
    ]  # fmt: skip

    cursor: reactive[MistakeCursor | None] = reactive(None, init=False, repaint=False)
    """Whose mistakes are listed and which one is looked at; None while the data is being loaded."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._away = False
        """Whether the pane is hidden; it then shows the newest when it comes back."""
        self._filter = MistakeFilter()

    def compose(self) -> ComposeResult:
        """Strip, view, message; the filter over the last rows."""
        yield from super().compose()
        yield self._filter

    # ---- what comes in

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Read its answers, unless training runs on and earlier ones are being read."""
        cursor = self.cursor
        if snapshot is None or self.test is None:
            self.cursor = None
        elif cursor is None or cursor.found.labels is not self.test.labels:
            self.cursor = MistakeCursor.of(snapshot, self.test.labels, Selection())
        elif self._away or snapshot.status.state is not State.RUNNING or not cursor.goes_on_in(snapshot):
            self.cursor = cursor.take(snapshot)
        else:
            self.update()

    def watch_test(self, test: Split | None) -> None:
        """Without the digits there is nothing to read."""
        self.watch_snapshot(self.snapshot)

    def on_hide(self) -> None:
        """Nobody is cursor."""
        self._away = True

    def on_show(self) -> None:
        """Show the newest."""
        if self._away:
            self._away = False
            self.action_take_newest()

    def show_example(self, index: int) -> None:
        """Turn to a test digit; the filter goes if it hides it."""
        self.view = WorstView.NAME
        if self.cursor is not None:
            self.cursor = self.cursor.turn_to(index)

    @on(CursorView.Change)
    def _change_cursor(self, message: CursorView.Change) -> None:
        if self.cursor is not None:
            self.cursor = message.change(self.cursor)

    @on(CursorView.Newest)
    @on(events.Click, ".message")
    def _want_newest(self) -> None:
        self.action_take_newest()

    @on(CursorView.Show)
    def _show_view(self, message: CursorView.Show) -> None:
        self.view = message.name

    @on(CursorView.Filter)
    def _open_filter(self) -> None:
        if self.cursor is not None:
            self._filter.true, self._filter.predicted = self.cursor.selection.true, self.cursor.selection.predicted
            self._filter.display = True
            self.screen.set_focus(self._filter)
            self.refresh_bindings()

    @on(MistakeFilter.Changed)
    def _filter_changed(self, message: MistakeFilter.Changed) -> None:
        if self.cursor is not None:
            selection = replace(self.cursor.selection, true=message.true, predicted=message.predicted)
            self.cursor = self.cursor.select(selection)

    @on(MistakeFilter.Closed)
    def _filter_closed(self) -> None:
        self._filter.display = False
        if self._filter.has_focus:
            self.screen.set_focus(self.front)
        self.refresh_bindings()

    # ---- what goes out

    @property
    def with_keys(self) -> Widget:
        """The filter while it is open."""
        return self._filter if self._filter.display else self.front

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Show it."""
        if cursor is not None and (before is None or before.found is not cursor.found):
            self._filter.counts = mistake_counts(cursor.found.evaluation, cursor.found.labels)
        self.update()

    def give(self, view: View) -> None:
        """The cursor too."""
        super().give(view)
        if isinstance(view, CursorView):
            view.cursor = self.cursor

    def describe(self) -> None:
        """Let the footer follow too, but only where a key has come or gone: it is built anew each time."""
        super().describe()
        self.refresh_bindings()

    def messages(self) -> tuple[str, ...]:
        """What is to be known of the answers in view comes first."""
        cursor, newest = self.cursor, self.snapshot
        if cursor is None or newest is None:
            return ()
        if isinstance(self.front, CursorView) and self.front.LIVE:
            # It shows the newest, and no list that a digit could have left.
            cursor = replace(cursor.take(newest), left=None)
        return words.messages(cursor, newest, self._key_for_newest) or super().messages()

    @property
    def _key_for_newest(self) -> str:
        """The key that takes the newest answers: some views have another use for enter."""
        taken = any(isinstance(binding, Binding) and binding.key == "enter" for binding in self.front.BINDINGS)
        return "u" if taken else "enter"

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        if action == "take_newest":
            cursor, newest = self.cursor, self.snapshot
            return cursor is not None and newest is not None and newest.epoch > cursor.snapshot.epoch
        return super().check_action(action, parameters)

    def action_take_newest(self) -> None:
        """Read the newest answers."""
        if self.cursor is not None and self.snapshot is not None:
            self.cursor = self.cursor.take(self.snapshot)
