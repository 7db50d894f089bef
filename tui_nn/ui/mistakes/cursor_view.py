"""The base classes of the views of the Mistakes pane. These views share one list of examples and the chosen example in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive

from tui_nn.engine.look import Look
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.view import View
from tui_nn.ui.mistakes import words

KIND = "Choose the list: mistakes, newly wrong, always wrong, right, or all examples"
SURER = "List only predictions with a higher confidence"

SELECTING = [
    Binding("s", "sort", "sort", id="mistake-sort", tooltip="Sort by loss, p(pred), p(true), margin or example number"),
    Binding("f", "filter", "filter", id="mistake-filter", tooltip="List examples of only one true or predicted class"),
    Binding("o", "kind", "which", id="mistake-kind", tooltip=KIND),
    Binding("greater_than_sign", "surer(1)", "surer", False, key_display=">", id="mistake-surer", tooltip=SURER),
    Binding(
        "less_than_sign",
        "surer(-1)",
        "less sure",
        False,
        key_display="<",
        id="mistake-less-sure",
        tooltip="List predictions with a lower confidence too",
    ),
    Binding("x", "inspect", "network", id="mistake-inspect", tooltip="Follow this example through the network"),
    Binding(
        "escape", "show_all", "all", key_display="esc", id="mistake-all", tooltip="Remove the filter: list all mistakes"
    ),
    Binding("t", "map", "map", id="mistake-map", tooltip="Show where this example lies on the map of the test data"),
]
"""The keys that filter and sort the list. Each `BrowseView` adds them to its BINDINGS, after the keys that move the cursor."""


class CursorView(View):
    """The base class of the views in Mistakes. The views share one `cursor`: a list of examples and a position in it.

    While training runs, the list stays that of one epoch, but `snapshot` is always the newest one.
    """

    LIVE: ClassVar[bool] = False
    """True if the view shows the predictions of `snapshot`, False if it shows those of the list."""

    cursor: reactive[MistakeCursor | None] = reactive(None, init=False, repaint=False)
    """The list of examples and the chosen example, which all views share; None while the data is being loaded."""

    class Filter(Message):
        """This message asks the pane to open the filter."""

    def change(self, change: Callable[[MistakeCursor], MistakeCursor]) -> None:
        """Change the list or the chosen example for all views: replace the present cursor by the result of `change` for it."""
        if self.cursor is not None:
            self.cursor = change(self.cursor)

    def turn_to(self, index: int) -> None:
        """Move the cursor to a test example. If the filter hides the example, remove the filter."""
        self.change(lambda cursor: cursor.turn_to(index))

    def take_newest(self) -> None:
        """Make the list from the newest predictions, for all views."""
        if (snapshot := self.snapshot) is not None:
            self.change(lambda cursor: cursor.take(snapshot))

    def show_list(self) -> None:
        """Ask the pane to show the list view."""
        self.post_message(Show(Look(view="list")))

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) that names the example under the cursor, if the view shows one."""
        mistake = None if self.cursor is None or self.LIVE else self.cursor.mistake
        return Look() if mistake is None else Look(example=mistake.index)


class BrowseView(CursorView):
    """A view in which you choose an example of the list. It has a title that describes the list, and the keys of `SELECTING`."""

    DEFAULT_CSS = """
    BrowseView .title { text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.title = FittedLine(classes="title")

    def describe(self) -> None:
        """Write the title."""
        cursor, newest, test = self.cursor, self.snapshot, self.test
        if cursor is None or newest is None or test is None:
            self.title.texts, self.title.right = (words.LOADING,), ""
        else:
            self.title.texts, self.title.right = words.titles(cursor, newest, test), words.order_of(cursor)

    def watch_snapshot(self) -> None:
        """Write the title again, which names the epoch of the list once there is a newer epoch."""
        self.describe()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out the keys that have no effect now."""
        cursor = self.cursor
        if cursor is None:
            return False
        match action:
            case "sort" | "filter":
                return None if cursor.found.right else True
            case "inspect" | "map":
                return True if len(cursor.found) else None
            case "show_all":
                return cursor.selection.filtered
            case _:
                return True

    def action_move(self, by: int) -> None:
        """Move the cursor down the list by `by` examples, or up if it is negative."""
        self.change(lambda cursor: cursor.at(cursor.position + by))

    def action_jump(self, end: int) -> None:
        """Move the cursor to the first example (0) or the last (1)."""
        self.change(lambda cursor: cursor.at(end * len(cursor.found)))

    def action_sort(self) -> None:
        """Sort the list by the next of the possible orders."""
        self.change(lambda cursor: cursor.select(cursor.selection.next_order()))

    def action_kind(self) -> None:
        """List the next kind of predictions, such as those that are newly wrong."""
        # The lists "newly wrong" and "always wrong" are skipped if no predictions of earlier epochs are known.
        self.change(lambda cursor: cursor.select(cursor.selection.next_kind(past=bool(cursor.past.answers))))

    def action_surer(self, by: int) -> None:
        """Raise (1) or lower (−1) the threshold of the list: the confidence that a listed prediction must reach."""
        if self.cursor is not None and self.cursor.selection.surer(by) == self.cursor.selection:
            said = (
                "The list already shows predictions of every confidence."
                if by < 0
                else "The list already shows only the predictions with the highest confidence."
            )
            self.notify(said, markup=False)
        self.change(lambda cursor: cursor.select(cursor.selection.surer(by)))

    def action_filter(self) -> None:
        """Open the filter."""
        self.post_message(self.Filter())

    def action_show_all(self) -> None:
        """Remove the filter."""
        self.change(lambda cursor: cursor.select(cursor.selection.unfiltered))

    def action_inspect(self) -> None:
        """Show the example in the Inspect pane."""
        if self.cursor is not None and (mistake := self.cursor.mistake):
            self.post_message(Show(Look("Inspect", example=mistake.index)))

    def action_map(self) -> None:
        """Show the example on the map of the test data."""
        if self.cursor is not None and (mistake := self.cursor.mistake):
            self.post_message(Show(Look("Inspect", example=mistake.index, view="test map")))
