"""The weights that come into one unit."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.words import weights_title
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid

_SIDE = 28


class UnitWeights(Vertical):
    """A title, a map of the pixels or a cell a unit of the layer below, and the scale."""

    DEFAULT_CSS = """
    UnitWeights { width: auto; }
    UnitWeights Static { padding: 0 0 0 1; width: 31; height: 1; }
    UnitWeights #weights-title { text-style: bold; color: $text-primary; }
    UnitWeights UnitGrid { width: 29; height: 15; }
    """

    class Chosen(Message):
        """A weight was clicked, by where it comes from."""

        def __init__(self, source: int) -> None:
            super().__init__()
            self.source = source

    def compose(self) -> ComposeResult:
        """Title, the two kinds of pictures, scale."""
        yield Static(id="weights-title")
        yield SignedMap()
        yield UnitGrid(id="weights-grid")
        yield Static(id="weights-scale")

    def show(self, look: UnitLook, kind: str, unit: int, source: int | None, *, zoom: bool) -> None:
        """Draw one kind of numbers of a unit; `source` is the pixel or unit below that is pointed at."""
        values, pixels = look.incoming(kind, unit), look.layer == 0
        picture, grid = self.query_one(SignedMap), self.query_one(UnitGrid)
        picture.display, grid.display = pixels, not pixels
        if pixels:
            picture.zoom, picture.values = zoom, values.reshape(_SIDE, _SIDE)
            picture.cursor = None if source is None else divmod(source, _SIDE)
        else:
            grid.signed, grid.chosen, grid.values = True, source, values
        self.query_one("#weights-title", Static).update(weights_title(look, kind))
        self.query_one("#weights-scale", Static).update(picture.legend() if pixels else grid.legend())

    def beside(self, look: UnitLook, source: int, down: int, right: int) -> int:
        """The source so many rows and columns away; at an edge the last there is."""
        if look.layer == 0:
            row, column = divmod(source, _SIDE)
            return min(max(row + down, 0), _SIDE - 1) * _SIDE + min(max(column + right, 0), _SIDE - 1)
        layout = self.query_one(UnitGrid).layout_of_units
        there = source + right + down * (layout.columns if layout is not None else 1)
        return there if 0 <= there < look.fan_in else source

    @on(SignedMap.Chosen)
    def _choose_pixel(self, event: SignedMap.Chosen) -> None:
        self.post_message(self.Chosen(event.row * _SIDE + event.column))

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.unit))
