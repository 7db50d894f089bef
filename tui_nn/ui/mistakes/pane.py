"""The Mistakes pane: its views of the predictions for the test data, which share one cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.outputs import mistake_counts
from tui_nn.data.dataset import Split
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.view import View
from tui_nn.ui.kit.view_pane import ViewPane, view_bindings
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.by_class import ByClassView
from tui_nn.ui.mistakes.calibration import CalibrationView
from tui_nn.ui.mistakes.class_filter import ClassFilter
from tui_nn.ui.mistakes.confusion.view import ConfusionView
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.draw.view import DrawView
from tui_nn.ui.mistakes.gallery import GalleryView
from tui_nn.ui.mistakes.list.view import ListView
from tui_nn.ui.mistakes.runs import RunsView
from tui_nn.ui.mistakes.vary.view import VaryView
from tui_nn.ui.mistakes.why.view import WhyView


class MistakesPane(ViewPane):
    """A pane that shows one of its views. All views share one cursor: a list of test examples and a position in it.

    While training runs, the list stays that of one epoch, because a person could not read a list that changes all the time.
    """

    NUMBER: ClassVar[str] = "4"
    TITLE: ClassVar[str] = "Mistakes"
    HELP: ClassVar[str] = words.HELP
    VIEWS: ClassVar[tuple[type[View], ...]] = (
        ListView,
        GalleryView,
        ConfusionView,
        WhyView,
        VaryView,
        DrawView,
        ByClassView,
        CalibrationView,
        RunsView,
    )
    SHARED: ClassVar[str] = "cursor"
    DEFAULT_CSS = """
    MistakesPane { layers: default filter; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *view_bindings(*VIEWS),
        Binding("enter,u", "take_newest", "newest", show=False, id="mistake-newest", tooltip="Show the newest epoch"),
        Binding("escape", "view('list')", "list", show=False, id="mistakes-back", tooltip="Go back to the list"),
    ]  # fmt: skip

    cursor: reactive[MistakeCursor | None] = reactive(None, init=False, repaint=False)
    """The list of examples and the chosen example, which all views share; None while the data is being loaded."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._away = False
        """True while the pane is hidden. When the pane is shown again, it shows the newest epoch."""
        self._filter = ClassFilter()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the strip of views, the view in front, the message row, and the filter above the last rows."""
        yield from super().compose()
        yield self._filter

    # ---- reactions to new values

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Make the list from the new snapshot. During training, the list stays as it is."""
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
        """Start a new list for other test data."""
        self.watch_snapshot(self.snapshot)

    def on_hide(self) -> None:
        """Remember that the pane is hidden. Until it is shown again, the list may change, because nobody is reading it."""
        self._away = True

    def on_show(self) -> None:
        """List the predictions of the newest epoch, if the pane was hidden."""
        if self._away:
            self._away = False
            self.action_take_newest()

    def show_example(self, index: int) -> None:
        """Go to a test example in the list view. The filter is removed if it hides the example."""
        self.view = ListView.NAME
        if self.cursor is not None:
            self.cursor = self.cursor.turn_to(index)

    @on(events.Click, ".message")
    def _want_newest(self) -> None:
        self.action_take_newest()

    @on(CursorView.Filter)
    def _open_filter(self) -> None:
        if self.cursor is not None:
            self._filter.true, self._filter.predicted = self.cursor.selection.true, self.cursor.selection.predicted
            self._filter.display = True
            self.screen.set_focus(self._filter)
            self.refresh_bindings()

    @on(ClassFilter.Changed)
    def _filter_changed(self, message: ClassFilter.Changed) -> None:
        if self.cursor is not None:
            selection = replace(self.cursor.selection, true=message.true, predicted=message.predicted)
            self.cursor = self.cursor.select(selection)

    @on(ClassFilter.Closed)
    def _filter_closed(self) -> None:
        self._filter.display = False
        if self._filter.has_focus:
            self.screen.set_focus(self.front)
        self.refresh_bindings()

    # ---- values that the pane gives to its parts

    @property
    def with_keys(self) -> Widget:
        """Return the widget that has the keyboard focus: the filter while it is open, otherwise the view in front."""
        return self._filter if self._filter.display else self.front

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Pass the changed list to the visible view, and its numbers of mistakes to the filter."""
        if cursor is not None and (before is None or before.found is not cursor.found):
            if self.test is not None:
                self._filter.class_names = self.test.class_names
            self._filter.counts = mistake_counts(cursor.found.evaluation, cursor.found.labels)
        self.update()

    def describe(self) -> None:
        """Write the message row, and the keys in the footer."""
        super().describe()
        self.refresh_bindings()

    def messages(self) -> tuple[str, ...]:
        """Return a message in several lengths: one about the predictions on the screen, else that of the visible view."""
        cursor, newest = self.cursor, self.snapshot
        if cursor is None or newest is None or self.test is None:
            return ()
        if isinstance(self.front, CursorView) and self.front.LIVE:
            # A message that an example has left the list would make no sense in this view, which does not show the list.
            cursor = replace(cursor.take(newest), left=None)
        return words.messages(cursor, newest, self.test, self._key_for_newest) or super().messages()

    @property
    def _key_for_newest(self) -> str:
        """Return the key that shows the newest predictions: enter, or u in a view where enter does something else."""
        taken = any(isinstance(binding, Binding) and binding.key == "enter" for binding in self.front.BINDINGS)
        return "u" if taken else "enter"

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have no effect now."""
        if action == "take_newest":
            cursor, newest = self.cursor, self.snapshot
            return cursor is not None and newest is not None and newest.epoch > cursor.snapshot.epoch
        return super().check_action(action, parameters)

    def action_take_newest(self) -> None:
        """List the newest predictions."""
        if self.cursor is not None and self.snapshot is not None:
            self.cursor = self.cursor.take(self.snapshot)
