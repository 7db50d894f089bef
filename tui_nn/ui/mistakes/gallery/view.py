"""The digits that are listed, small, and the one that is looked at, large."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui_nn.render.caption import short_caption, symbol_of
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.output_bars import OutputBars
from tui_nn.ui.mistakes import mistake_words as words
from tui_nn.ui.mistakes.browse_view import SELECTING, BrowseView
from tui_nn.ui.mistakes.gallery.thumbnails import Thumbnails


class GalleryView(BrowseView):
    """A page of thumbnails; the same list, order and filter as in the list view, and the same digit is chosen."""

    KEY: ClassVar[str] = "g"
    NAME: ClassVar[str] = "gallery"
    TOOLTIP: ClassVar[str] = "Many digits at once, small"
    DEFAULT_CSS = """
    GalleryView {
        Horizontal { height: 1fr; }
        .thumbs { width: 1fr; height: 1fr; padding: 0 0 0 1; }
        .one { width: 30; height: 1fr; padding: 0 1; }
        .one Static { height: 2; }
        .one .past { height: 1; color: $foreground 62%; }
        OutputBars { width: 28; margin: 1 0 0 0; }
        .place { color: $foreground 62%; padding: 0 1; }
        &.-narrow .one { display: none; }
        &.-low OutputBars { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "digit", key_display="←→", id="gallery-left", tooltip="The digit before"),
        Binding("right", "move(1)", "next digit", show=False, id="gallery-right", tooltip="The next digit"),
        Binding("up", "row(-1)", "row up", show=False, id="gallery-up", tooltip="The digit above"),
        Binding("down", "row(1)", "row down", show=False, id="gallery-down", tooltip="The digit below"),
        Binding("pagedown", "page(1)", "page down", show=False, id="gallery-page-down", tooltip="A page further"),
        Binding("pageup", "page(-1)", "page up", show=False, id="gallery-page-up", tooltip="A page back"),
        Binding("home", "jump(0)", "first digit", show=False, id="gallery-first", tooltip="The first of the list"),
        Binding("end", "jump(1)", "last digit", show=False, id="gallery-last", tooltip="The last of the list"),
        Binding(
            "enter", "open", "large", key_display="enter", id="gallery-open", tooltip="This digit large, in the list"
        ),
        *(replace(binding, show=binding.show and binding.action not in ("inspect", "map")) for binding in SELECTING),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._thumbs, self._place = Thumbnails(), FittedLine(classes="place")
        self._digit, self._caption, self._past = DigitView(), Static(markup=False), Static(classes="past", markup=False)
        self._bars = OutputBars()

    def compose(self) -> ComposeResult:
        """Title; thumbnails and where one is among them; the digit."""
        yield self.title
        with Horizontal():
            with Vertical(classes="thumbs"):
                yield self._thumbs
                yield self._place
            with Vertical(classes="one"):
                yield self._digit
                yield self._caption
                yield self._past
                yield self._bars

    def on_resize(self) -> None:
        """The large digit goes where there is too little room, the bars come where there is enough."""
        self.set_class(self.size.width < 70, "-narrow")
        self.set_class(self.size.height < 30, "-low")

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Show it."""
        self.describe()
        if cursor is None or self.test is None:
            self._thumbs.found = self._digit.image = None
            return
        self._thumbs.images = self.test.images
        if before is None or before.found is not cursor.found:
            self._thumbs.found = cursor.found
        self._thumbs.position = cursor.position
        self._describe_place()
        mistake, loss = cursor.mistake, cursor.snapshot.network.loss
        if mistake is None:
            self._digit.image = self._bars.outputs = self._bars.predicted = self._bars.true = None
            self._caption.update(words.none_listed(cursor.selection), layout=False)
            self._past.update("", layout=False)
            return
        self._digit.image = self.test.images[mistake.index]
        self._caption.update(short_caption(mistake, symbol_of(loss), self.test.class_names), layout=False)
        self._past.update(words.past_of(cursor, short=True), layout=False)
        self._bars.symbol, self._bars.predicted, self._bars.true = symbol_of(loss), mistake.predicted, mistake.true
        self._bars.outputs = cursor.found.evaluation.outputs[mistake.index]

    @on(Thumbnails.Fitted)
    def _describe_place(self) -> None:
        cursor = self.cursor
        if cursor is None or not len(cursor.found):
            self._place.texts = ("",)
            return
        first, last = self._thumbs.first, min(self._thumbs.first + self._thumbs.page, len(cursor.found))
        self._place.texts = words.range_of(cursor, first + 1, last)

    @on(Thumbnails.Chosen)
    def _clicked(self, message: Thumbnails.Chosen) -> None:
        if self.cursor is not None and message.position == self.cursor.position:
            self.action_open()
        self.change(lambda cursor: cursor.at(message.position))

    @on(Thumbnails.Turned)
    def _turned(self, message: Thumbnails.Turned) -> None:
        self.action_page(message.by)

    # ---- actions

    def action_row(self, by: int) -> None:
        """Look at the digit above or below; there is none beyond the edges."""
        across = self._thumbs.across
        self.change(lambda r: r.at(r.position + by * across) if 0 <= r.position + by * across < len(r.found) else r)

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self.action_move(by * self._thumbs.page)

    def action_open(self) -> None:
        """Show the digit large, in the list."""
        self.post_message(self.Show("list"))
