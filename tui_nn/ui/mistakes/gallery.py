"""The gallery view: many small pictures of the listed examples at once, and the chosen example large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Static

from tui_nn.analysis.outputs import Mistake
from tui_nn.core.parameters import Pixels
from tui_nn.render.caption import short_caption, symbol_of
from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import probability
from tui_nn.render.pictures import braille, shades
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.mistakes import MistakeList
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.output_bars import OutputBars, short_name
from tui_nn.ui.kit.picture import Picture
from tui_nn.ui.kit.roles import CURSOR_ROW, KEY, MUTED, colour
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.cursor_view import SELECTING, BrowseView
from tui_nn.ui.mistakes.explained import example_spots

MARK, GAP = 1, 1


class Size(NamedTuple):
    """The size of a small picture, in cells."""

    columns: int
    rows: int


SMALL, LARGE = Size(6, 3), Size(10, 5)


class Thumbnails(Picture):
    """A widget that draws small pictures in rows, each with its true and its predicted class below it.

    The chosen picture has a mark and another background. The pictures consist of Braille characters, or of characters of
    different darkness on a terminal that shows only ASCII.
    """

    DEFAULT_CSS = f"""
    Thumbnails {{ height: 1fr; width: 1fr; }}
    Thumbnails > .thumbnails--caption {{ color: {MUTED}; }}
    Thumbnails > .thumbnails--chosen {{ background: {CURSOR_ROW}; text-style: bold; }}
    Thumbnails > .thumbnails--mark {{ color: {colour(KEY)}; background: {CURSOR_ROW}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"thumbnails--caption", "thumbnails--chosen", "thumbnails--mark"}

    found: reactive[MistakeList | None] = reactive(None, always_update=True)
    """The listed examples."""

    position: reactive[int] = reactive(0)
    """The position of the chosen example in the list, from 0."""

    images: Pixels | None = None
    """The pictures of all test examples. Set them before `found`, because a new `found` redraws the widget."""

    class_names: Sequence[str] = ()
    """The name of each class. Set it before `found`, because a new `found` redraws the widget."""

    class Chosen(Message):
        """This message reports that a picture was clicked."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Fitted(Message):
        """This message reports that the widget has a new size, so that another number of pictures may fit on a page."""

    class Turned(Message):
        """This message asks for the next page (1) or the previous one (−1), because the mouse wheel was turned."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    @property
    def picture(self) -> Size:
        """Return the size of each picture."""
        return LARGE if self.size.width >= 70 and self.size.height >= 24 else SMALL

    @property
    def across(self) -> int:
        """Return the number of pictures in a row."""
        return max(self.size.width // (MARK + self.picture.columns + GAP), 1)

    @property
    def page(self) -> int:
        """Return the number of pictures on a page."""
        return self.across * max(self.size.height // (self.picture.rows + 1), 1)

    @property
    def first(self) -> int:
        """Return the position in the list of the first picture on the page.

        Every page begins at a multiple of the page size, so that a picture does not move when the cursor moves.
        """
        return self.position // self.page * self.page

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a spot for the caption of each picture, the chosen picture first. `explain` takes the index of an example."""
        found = self.found
        if found is None:
            return
        columns, rows = self.picture
        places = range(self.first, min(self.first + self.page, len(found)))
        for place in sorted(places, key=lambda place: place != self.position):
            down, across = divmod(place - self.first, self.across)
            x, y = across * (MARK + columns + GAP) + MARK, down * (rows + 1) + rows
            yield from page.on_cells(self, x, y, columns, 1, partial(explain, found[place].index))

    def watch_found(self) -> None:
        """Draw the pictures of another list."""
        self.forget()

    def watch_position(self) -> None:
        """Draw the page of the chosen picture."""
        self.forget()

    def on_resize(self) -> None:
        """Draw the page again, because another number of pictures may fit now."""
        self.forget()
        self.post_message(self.Fitted())

    def on_click(self, event: events.Click) -> None:
        """Choose the picture under the mouse."""
        columns, rows = self.picture
        across, down = event.x // (MARK + columns + GAP), event.y // (rows + 1)
        position = self.first + down * self.across + across
        if self.found is not None and across < self.across and position < min(self.first + self.page, len(self.found)):
            self.post_message(self.Chosen(position))

    def on_mouse_scroll_down(self) -> None:
        """Ask the view for the next page, because the mouse wheel was turned down."""
        self.post_message(self.Turned(1))

    def on_mouse_scroll_up(self) -> None:
        """Ask the view for the previous page, because the mouse wheel was turned up."""
        self.post_message(self.Turned(-1))

    def _draw(self) -> list[Strip]:
        found, images = self.found, self.images
        if found is None or images is None:
            return []
        lines: list[list[Segment]] = []
        last = min(self.first + self.page, len(found))
        for start in range(self.first, last, self.across):
            cells = [
                self._cell(found[place], images, place == self.position)
                for place in range(start, min(start + self.across, last))
            ]
            lines += [[segment for cell in cells for segment in cell[row]] for row in range(self.picture.rows + 1)]
        return [Strip(line).adjust_cell_length(self.size.width, self.rich_style) for line in lines]

    def _cell(self, mistake: Mistake, images: Pixels, chosen: bool) -> list[list[Segment]]:
        """Return the rows of one picture and its caption."""
        columns, rows = self.picture
        draw = shades if getattr(self.app, "ascii_only", False) else braille
        picture = draw(images[mistake.index], columns, rows)
        plain = self.get_component_rich_style("thumbnails--chosen") if chosen else self.rich_style
        quiet = plain if chosen else self.get_component_rich_style("thumbnails--caption")
        mark = Segment("▸", self.get_component_rich_style("thumbnails--mark")) if chosen else Segment(" ", plain)
        gap = Segment(" " * GAP, self.rich_style)
        body = [[Segment(" ", plain), Segment(line, plain), gap] for line in picture]
        return [*body, [mark, Segment(to_left(_caption(mistake, self.class_names, columns), columns), quiet), gap]]


def _caption(mistake: Mistake, names: Sequence[str], width: int) -> str:
    """Return a text with the true and the predicted class, "4 as 9", and if there is room the output of the predicted class.

    Long names are cut, so that both classes fit.
    """
    true, predicted = names[mistake.true], names[mistake.predicted]
    if mistake.predicted == mistake.true:
        text = f"{short_name(true, width - 2)} ✓"
    elif cells_of(true) + cells_of(predicted) + 4 <= width:
        text = f"{true} as {predicted}"
    else:
        each = (width - 1) // 2
        text = f"{short_name(true, each)}→{short_name(predicted, width - 1 - each)}"
    p = probability(mistake.p_predicted)
    return text + p.rjust(width - cells_of(text)) if cells_of(text) + len(p) < width else text


class GalleryView(BrowseView):
    """A view that shows the examples of the list view as pages of small pictures, in the same order and with the same filter."""

    KEY: ClassVar[str] = "g"
    NAME: ClassVar[str] = "gallery"
    TOOLTIP: ClassVar[str] = "See many small pictures at once"
    DEFAULT_CSS = f"""
    GalleryView {{
        Horizontal {{ height: 1fr; }}
        .thumbs {{ width: 1fr; height: 1fr; padding: 0 0 0 1; }}
        .one {{ width: 30; height: 1fr; padding: 0 1; }}
        .one Static {{ height: 2; }}
        .one .past {{ height: 1; color: {MUTED}; }}
        OutputBars {{ width: 28; margin: 1 0 0 0; }}
        .place {{ color: {MUTED}; padding: 0 1; }}
        &.-narrow .one {{ display: none; }}
        &.-low OutputBars {{ display: none; }}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left", "move(-1)", "picture", key_display="←→", id="gallery-left", tooltip="Go to the previous picture"
        ),
        Binding("right", "move(1)", "next picture", show=False, id="gallery-right", tooltip="Go to the next picture"),
        Binding("up", "row(-1)", "row up", show=False, id="gallery-up", tooltip="Go to the picture above"),
        Binding("down", "row(1)", "row down", show=False, id="gallery-down", tooltip="Go to the picture below"),
        Binding("pagedown", "page(1)", "page down", show=False, id="gallery-page-down", tooltip="Go to the next page"),
        Binding("pageup", "page(-1)", "page up", show=False, id="gallery-page-up", tooltip="Go to the previous page"),
        Binding("home", "jump(0)", "first picture", show=False, id="gallery-first", tooltip="Go to the first picture"),
        Binding("end", "jump(1)", "last picture", show=False, id="gallery-last", tooltip="Go to the last picture"),
        Binding(
            "enter",
            "open",
            "large",
            key_display="enter",
            id="gallery-open",
            tooltip="Show this example large in the list view",
        ),
        *(replace(binding, show=binding.show and binding.action not in ("inspect", "map")) for binding in SELECTING),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._thumbs, self._place = Thumbnails(), FittedLine(classes="place")
        self._digit, self._caption, self._past = DigitView(), Static(markup=False), Static(classes="past", markup=False)
        self._bars = OutputBars()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the page of small pictures, a line about the page, and the chosen example."""
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
        """Leave out the large picture or the outputs if they do not fit."""
        self.set_class(self.size.width < 70, "-narrow")
        self.set_class(self.size.height < 30, "-low")

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Show the page of the chosen example, and this example itself."""
        self.describe()
        test = self.test
        if cursor is None or test is None:
            self._thumbs.found = self._digit.image = None
            return
        self._thumbs.images, self._thumbs.class_names = test.images, test.class_names
        if before is None or before.found is not cursor.found:
            self._thumbs.found = cursor.found
        self._thumbs.position = cursor.position
        self._describe_place()
        mistake, symbol = cursor.mistake, symbol_of(cursor.snapshot.network.loss)
        if mistake is None:
            self._digit.image = self._bars.outputs = self._bars.predicted = self._bars.true = None
            self._caption.update(words.none_listed(cursor.selection, test), layout=False)
            self._past.update("", layout=False)
            return
        self._digit.image = test.images[mistake.index]
        self._caption.update(short_caption(mistake, symbol, test.class_names), layout=False)
        self._past.update(words.past_of(cursor, short=True), layout=False)
        self._bars.symbol, self._bars.class_names = symbol, test.class_names
        self._bars.predicted, self._bars.true = mistake.predicted, mistake.true
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

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the captions of the pictures, and for the outputs of the chosen example."""
        if self.cursor is not None and self.test is not None:
            yield from example_spots(page, self, self.cursor, self.test)

    # ---- actions

    def action_row(self, by: int) -> None:
        """Go to the picture above or below, if there is one."""
        across = self._thumbs.across
        self.change(lambda c: c.at(c.position + by * across) if 0 <= c.position + by * across < len(c.found) else c)

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self.action_move(by * self._thumbs.page)

    def action_open(self) -> None:
        """Show the example large, in the list view."""
        self.show_list()
