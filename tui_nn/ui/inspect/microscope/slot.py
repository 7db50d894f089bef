"""One of the microscope's three pictures: a caption, a picture of one of four kinds, and words below it."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.parameters import Array
from tui_nn.render.acts.scene import Ink, Line, Lines, Signed, Slot, Units
from tui_nn.render.pictures import SIDE
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid

_STYLES = {
    "": "",
    "muted": "$foreground 62%",
    "bold": "bold",
    "good": "bold $text-success",
    "warn": "bold $text-warning",
    "accent": "bold $text-accent",
    "head": "bold $text-primary",
    "bar": "$primary 75%",
}
_OPERATORS = ("→ ", "Σ ", "· ", "+ ")


class PixelMap(SignedMap):
    """A signed map that is always 28 x 28: other values need no other layout."""

    values: reactive[Array | None] = reactive(None, always_update=True)
    """(28, 28)."""


class ScopeSlot(Vertical):
    """Captions read as an equation: an operator stands left of where the picture begins."""

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
    """What is shown."""

    zoom: reactive[bool] = reactive(False, init=False)
    """Whether 28 x 28 pictures are twice as large."""

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._caption, self._lines, self._words = (
            Static(classes="caption"),
            Static(classes="lines"),
            Static(classes="words"),
        )
        self._ink, self._signed, self._units = PointedDigit(), PixelMap(), UnitGrid(tens="-last" not in classes)

    def compose(self) -> ComposeResult:
        """All that may be shown, of which one is."""
        yield self._caption
        yield self._ink
        yield self._signed
        yield self._units
        yield self._lines
        yield self._words

    def on_mount(self) -> None:
        """Begin with nothing."""
        for part in (self._ink, self._signed, self._units, self._lines):
            part.display = False

    def on_resize(self) -> None:
        """See how many units there is room for."""
        self.watch_slot(self.slot)

    def watch_zoom(self, zoom: bool) -> None:
        """Hand it on."""
        self._ink.zoom = self._signed.zoom = zoom

    def watch_slot(self, slot: Slot | None) -> None:
        """Show another."""
        if slot is None:
            return
        operator = slot.caption[:2] in _OPERATORS
        first = self.has_class("-first")
        before = "" if operator and not first else " " if first else "  "
        mark, rest = (slot.caption[:2], slot.caption[2:]) if operator else ("", slot.caption)
        self._caption.update(
            Content.assemble(before, (mark, "$foreground"), (rest, "bold $text-primary")), layout=False
        )
        picture = slot.picture
        shown = {Ink: self._ink, Signed: self._signed, Units: self._units, Lines: self._lines}[type(picture)]
        for part in (self._ink, self._signed, self._units, self._lines):
            if part.display is not (part is shown):
                part.display = part is shown
        match picture:
            case Ink(values, cursor):
                self._ink.image = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
                self._ink.cursor = divmod(cursor, SIDE)
            case Signed(values, cursor):
                self._signed.values, self._signed.cursor = values.reshape(SIDE, SIDE), divmod(cursor, SIDE)
            case Units(values, signed, chosen):
                self._units.signed, self._units.chosen, self._units.values = signed, chosen, values
                height = self.size.height - 1 - self._room_for(slot.words)
                rows = self._units.rows_needed(17 if self.has_class("-last") else 29, height)
                if self._units.size.height != rows:
                    self._units.styles.height = rows
            case Lines(lines):
                self._say(self._lines, lines)
        if self._words.display is not bool(slot.words):
            self._words.display = bool(slot.words)
        self._say(self._words, slot.words)

    def _say(self, part: Static, lines: tuple[Line, ...]) -> None:
        """Write lines; a layout takes longer than all else, and needs no more than their number."""
        part.update(content_of(self, lines), layout=part.size.height != len(lines))

    @staticmethod
    def _room_for(words: tuple[Line, ...]) -> int:
        return len(words) + 1 if words else 0

    @property
    def columns(self) -> int:
        """How many units stand side by side, where they are shown."""
        layout = self._units.layout_of_units
        return layout.columns if layout is not None and self._units.display else 1


_WITHOUT_COLOURS = {"− blue": "−: - =", "+ orange": "+: + #"}
"""How the legend of signed pictures reads there."""


def content_of(slot: ScopeSlot, lines: tuple[Line, ...]) -> Content:
    """Lines in the colours of the theme; signs in those of signed pictures."""
    below, above = slot._signed.sign_inks
    if slot._signed.in_colour:
        styles, words = {**_STYLES, "minus": below, "plus": above}, {}
    else:
        styles, words = {**_STYLES, "minus": "", "plus": ""}, _WITHOUT_COLOURS
    return Content("\n").join(
        Content.assemble(*((words.get(text, text), styles[role]) for text, role in line)) for line in lines
    )
