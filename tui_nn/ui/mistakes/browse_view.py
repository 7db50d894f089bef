"""What the list and the gallery have in common: a digit that is chosen from those that are listed."""

from __future__ import annotations

from textual.binding import Binding

from tui_nn.engine.look import Look
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.mistakes import mistake_words as words
from tui_nn.ui.mistakes.cursor_view import CursorView

KIND = "Mistakes, newly wrong, always wrong, right ones, or all"
SURER = "Only answers it is surer of: what is left, and how much of it is right"

SELECTING = [
    Binding("s", "sort", "sort", id="mistake-sort", tooltip="By loss, p(pred), p(true), margin, #"),
    Binding("f", "filter", "filter", id="mistake-filter", tooltip="One true or one predicted digit alone"),
    Binding("o", "kind", "which", id="mistake-kind", tooltip=KIND),
    Binding("greater_than_sign", "surer(1)", "surer", False, key_display=">", id="mistake-surer", tooltip=SURER),
    Binding("less_than_sign", "surer(-1)", "less sure", False, key_display="<", id="mistake-less-sure", tooltip="Less sure too"),
    Binding("x", "inspect", "network", id="mistake-inspect", tooltip="This digit on its way through the network"),
    Binding("escape", "show_all", "all", key_display="esc", id="mistake-all", tooltip="Drop the filter: all mistakes"),
    Binding("t", "map", "map", id="mistake-map", tooltip="Where it lies among the other test digits"),
]  # fmt: skip
"""The keys that choose what is listed. For the BINDINGS of a view, which begins with those that move."""


class BrowseView(CursorView):
    """Has a title that says what is listed, and the actions of `SELECTING`."""

    DEFAULT_CSS = """
    BrowseView .title { text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.title = FittedLine(classes="title")

    def describe(self) -> None:
        """Write the title."""
        cursor, newest = self.cursor, self.snapshot
        if cursor is None or newest is None:
            self.title.texts, self.title.right = ("loading digits",), ""
        else:
            self.title.texts, self.title.right = words.titles(cursor, newest), words.order_of(cursor)

    def watch_snapshot(self) -> None:
        """Say whether there is a newer one."""
        self.describe()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
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
        """Look at the digit `by` places further."""
        self.change(lambda cursor: cursor.at(cursor.position + by))

    def action_jump(self, end: int) -> None:
        """Go to the first digit (0) or the last (1)."""
        self.change(lambda cursor: cursor.at(end * len(cursor.found)))

    def action_sort(self) -> None:
        """Take the next order."""
        self.change(lambda cursor: cursor.select(cursor.selection.next_order()))

    def action_kind(self) -> None:
        """List answers of another kind."""
        # What was right an epoch before takes an epoch before.
        self.change(lambda cursor: cursor.select(cursor.selection.next_kind(past=bool(cursor.past.answers))))

    def action_surer(self, by: int) -> None:
        """List only answers that it is surer of, or less sure ones too."""
        self.change(lambda cursor: cursor.select(cursor.selection.surer(by)))

    def action_filter(self) -> None:
        """Open the filter."""
        self.post_message(self.Filter())

    def action_show_all(self) -> None:
        """Drop the filter."""
        self.change(lambda cursor: cursor.select(cursor.selection.unfiltered))

    def action_inspect(self) -> None:
        """Look at the digit in the Inspect pane."""
        if self.cursor is not None and (mistake := self.cursor.mistake):
            self.post_message(Show(Look("Inspect", example=mistake.index)))

    def action_map(self) -> None:
        """Look where the digit lies on the map of the test set."""
        if self.cursor is not None and (mistake := self.cursor.mistake):
            self.post_message(Show(Look("Inspect", example=mistake.index, view="test map")))
