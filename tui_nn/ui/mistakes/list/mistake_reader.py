"""A digit and the list it is chosen from, side by side."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive

from tui_nn.data.dataset import Split
from tui_nn.render.caption import symbol_of
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.mistakes import mistake_words as words
from tui_nn.ui.mistakes.list.mistake_list import FULL, SHORT, MistakeRows
from tui_nn.ui.mistakes.list.mistake_view import MistakeView, Subject

_BESIDE_LIST = 32 + 25 + 2
"""What picture and bars need where the list stands beside them; a large picture needs 28 more."""


class MistakeReader(Horizontal):
    """Shows a cursor. Where there is no room for both the list goes: the digit is what one came for.

    The class `-short` saves the blank rows.
    """

    DEFAULT_CSS = """
    MistakeReader {
        height: 1fr;
        MistakeView { width: 1fr; padding: 0 0 0 2; }
        MistakeRows { margin: 0 1 0 2; }
    }
    MistakeReader.-short {
        DigitView { margin: 0 2 0 0; }
        .loss { margin-top: 0; }
    }
    """

    cursor: reactive[MistakeCursor | None] = reactive(None, init=False)
    """What is read; None for an empty plate."""

    test: reactive[Split | None] = reactive(None, init=False)
    """The test digits; set before `cursor`."""

    large: reactive[bool | None] = reactive(None, init=False)
    """Whether the picture is 56 x 28; None leaves it to the room there is."""

    def __init__(self) -> None:
        super().__init__()
        self._view, self._rows = MistakeView(), MistakeRows()

    def compose(self) -> ComposeResult:
        """The digit, the list."""
        yield self._view
        yield self._rows

    @property
    def page(self) -> int:
        """Mistakes that the list shows at once."""
        return self._rows.page

    @property
    def fits_large(self) -> bool:
        """Whether there is room for a large picture."""
        return self.size.width >= 80 and self.size.height >= 31

    @property
    def is_large(self) -> bool:
        """Whether the picture is large now."""
        return self._view.large

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Show the chosen one in its list."""
        if cursor is None or self.test is None:
            self._rows.found = self._view.subject = None
            self._view.past = self._view.remark = ""
            return
        found, mistake, loss = cursor.found, cursor.mistake, cursor.snapshot.network.loss
        if before is None or before.found is not found:
            self._rows.symbol = symbol_of(loss)
            self._rows.found = found
        self._rows.position = cursor.position
        self._view.nothing = words.none_listed(cursor.selection)
        if mistake is None:
            self._view.subject = None
        else:
            image, outputs = self.test.images[mistake.index], found.evaluation.outputs[mistake.index]
            self._view.subject = Subject(mistake, image, outputs, loss)
        self._view.past = words.past_of(cursor)
        self._remark()

    def watch_large(self) -> None:
        """Make room."""
        self.on_resize()

    def on_resize(self) -> None:
        """Give the list what is left of the width, and nothing where that is too little."""
        width = self.size.width
        large = self.fits_large and (width >= 110 if self.large is None else self.large)
        room = width - _BESIDE_LIST - 28 * large - 1
        self._rows.display = room >= SHORT
        self._rows.styles.width = min(room, FULL)
        self._view.large = large
        self._remark()

    def _remark(self) -> None:
        if self.cursor is not None:
            self._view.remark = words.sure_ones(self.cursor) if self._rows.display else words.place_of(self.cursor)
