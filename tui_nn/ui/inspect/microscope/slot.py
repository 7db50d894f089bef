"""One of the three pictures of the microscope: a caption, a picture of one of four kinds, and words below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.parameters import Array
from tui_nn.render.acts.scene import Ink, Line, Lines, Signed, Slot, Units
from tui_nn.render.pictures import from_screen, on_screen, side_of, to_screen
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.roles import BAR, BROKEN, FOLLOWED, HEADING, MUTED, RIGHT, TEXT, WARNING, bold
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid

_STYLES = {
    "": "",
    "muted": MUTED,
    "bold": "bold",
    "chosen": FOLLOWED,
    "true": bold(RIGHT),
    "better": bold(RIGHT),
    "worse": bold(WARNING),
    "broken": bold(BROKEN),
    "head": HEADING,
    "bar": BAR,
}
"""The style of each kind of text in the microscope, such as "muted" text or the "chosen" number."""
_OPERATORS = ("→ ", "Σ ", "· ", "+ ")


class PixelMap(SignedMap):
    """A map of positive and negative values with a fixed size, so that new values are drawn without a new layout."""

    values: reactive[Array | None] = reactive(None, always_update=True)
    """The values of the pixels, an array of shape (side, side). Row 0 is the top row on the screen."""


class ScopeSlot(Vertical):
    """A widget that shows one picture with its caption.

    A caption may begin with "→", "Σ", "·" or "+", so that the three captions together read as an equation.
    """

    DEFAULT_CSS = """
    ScopeSlot { width: 30; height: 1fr; }
    ScopeSlot > .caption { height: 1; }
    ScopeSlot > .lines { height: auto; padding: 0 0 0 2; margin: 1 0 0 0; }
    ScopeSlot > .words { height: auto; padding: 0 0 0 2; margin: 1 0 0 0; }
    ScopeSlot > SignedMap, ScopeSlot > PointedDigit, ScopeSlot > UnitGrid { margin: 0 0 0 1; }
    ScopeSlot > UnitGrid { width: 29; }
    ScopeSlot.-first > .lines, ScopeSlot.-first > .words { padding: 0 0 0 1; }
    ScopeSlot.-first > SignedMap, ScopeSlot.-first > PointedDigit, ScopeSlot.-first > UnitGrid { margin: 0; }
    ScopeSlot.-last { width: 1fr; min-width: 19; }
    ScopeSlot.-last > UnitGrid { width: 17; }
    """

    slot: reactive[Slot | None] = reactive(None, init=False)
    """The content: a caption, a picture and the lines below it."""

    zoom: reactive[bool] = reactive(False, init=False)
    """True if pictures of pixels are drawn at twice their usual size."""

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._caption, self._lines, self._words = (
            Static(classes="caption"),
            Static(classes="lines"),
            Static(classes="words"),
        )
        self._ink, self._signed, self._units = PointedDigit(), PixelMap(), UnitGrid(tens="-last" not in classes)

    def compose(self) -> ComposeResult:
        """Yield a widget for each kind of picture, and the lines around them. Only one of the pictures is visible."""
        yield self._caption
        yield self._ink
        yield self._signed
        yield self._units
        yield self._lines
        yield self._words

    def on_mount(self) -> None:
        """Hide all pictures."""
        for part in (self._ink, self._signed, self._units, self._lines):
            part.display = False

    def on_resize(self) -> None:
        """Arrange the units again, because the room for them has changed."""
        self.watch_slot(self.slot)

    def watch_zoom(self, zoom: bool) -> None:
        """Enlarge or reduce the pictures of pixels."""
        self._ink.zoom = self._signed.zoom = zoom

    def watch_slot(self, slot: Slot | None) -> None:
        """Show other content."""
        if slot is None:
            return
        operator = slot.caption[:2] in _OPERATORS
        first = self.has_class("-first")
        before = "" if operator and not first else " " if first else "  "
        mark, rest = (slot.caption[:2], slot.caption[2:]) if operator else ("", slot.caption)
        self._caption.update(Content.assemble(before, (mark, TEXT), (rest, HEADING)), layout=False)
        picture = slot.picture
        shown = {Ink: self._ink, Signed: self._signed, Units: self._units, Lines: self._lines}[type(picture)]
        for part in (self._ink, self._signed, self._units, self._lines):
            if part.display is not (part is shown):
                part.display = part is shown
        match picture:
            case Ink(values, cursor):
                self._ink.image = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
                self._ink.cursor = divmod(cursor, side_of(values))
            case Signed(values, cursor):
                side = side_of(values)
                row, column = divmod(cursor, side)
                self._signed.values = on_screen(values)
                self._signed.cursor = to_screen(row, side), to_screen(column, side)
            case Units(values, signed, chosen):
                self._units.signed, self._units.chosen, self._units.values = signed, chosen, values
                height = self.size.height - 1 - self._room_for(slot.words)
                rows = self._units.rows_needed(17 if self.has_class("-last") else 29, height)
                if self._units.size.height != rows:
                    self._units.styles.height = rows
            case Lines(lines):
                self._write(self._lines, lines)
        if self._words.display is not bool(slot.words):
            self._words.display = bool(slot.words)
        self._write(self._words, slot.words)

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a spot for each cell of the picture. `explain` takes the number of a pixel, unit or example."""
        picture = self.slot.picture if self.slot is not None else None
        if isinstance(picture, Units):
            yield from self._units.spots(page, explain)
        elif isinstance(picture, Ink):
            side = side_of(picture.values)
            yield from self._ink.spots(page, lambda row, column: explain(row * side + column))
        elif isinstance(picture, Signed):
            side = side_of(picture.values)

            def pixel(row: int, column: int) -> Explanation:
                return explain(from_screen(row, side) * side + from_screen(column, side))

            yield from self._signed.spots(page, pixel)

    def _write(self, part: Static, lines: tuple[Line, ...]) -> None:
        """Write `lines` into `part`. Request a new layout only if the number of lines has changed, because a layout is slow."""
        part.update(content_of(self, lines), layout=part.size.height != len(lines))

    @staticmethod
    def _room_for(words: tuple[Line, ...]) -> int:
        return len(words) + 1 if words else 0

    @property
    def columns(self) -> int:
        """The number of units in a row of the grid; 1 if there is no grid."""
        layout = self._units.layout_of_units
        return layout.columns if layout is not None and self._units.display else 1


_WITHOUT_COLOURS = {"− blue": "−: - =", "+ orange": "+: + #"}
"""For each part of a legend with a colour: the text that replaces it on a terminal without colours."""


def content_of(slot: ScopeSlot, lines: tuple[Line, ...]) -> Content:
    """Return these lines in the colours of the theme. "+" and "−" have the colours of positive and negative pixels."""
    below, above = slot._signed.sign_inks
    if slot._signed.in_colour:
        styles, words = {**_STYLES, "minus": below, "plus": above}, {}
    else:
        styles, words = {**_STYLES, "minus": "", "plus": ""}, _WITHOUT_COLOURS
    return Content("\n").join(
        Content.assemble(*((words.get(text, text), styles[role]) for text, role in line)) for line in lines
    )
