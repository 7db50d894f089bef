"""The left part of the unit view: a picture of the incoming weights of one unit."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tui_nn.core.parameters import Array
from tui_nn.render.pictures import SIDE, from_screen, on_screen, to_screen
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.words import weights_title
from tui_nn.ui.kit.roles import CAPTION
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid


class UnitWeights(Vertical):
    """A widget that shows a title, a map of the pixels or a grid of the units of the previous layer, and the scale of
    the colours.
    """

    DEFAULT_CSS = f"""
    UnitWeights {{ width: auto; }}
    UnitWeights Static {{ padding: 0 0 0 1; width: 31; height: 1; }}
    UnitWeights #weights-title {{ text-style: bold; color: {CAPTION}; }}
    UnitWeights UnitGrid {{ width: 29; height: 15; }}
    """

    class Chosen(Message):
        """This message reports that a weight was clicked."""

        def __init__(self, source: int) -> None:
            """`source` is the number of the pixel, or of the unit of the previous layer, from which the weight comes."""
            super().__init__()
            self.source = source

    _side = SIDE

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the map of pixels, the grid of units, and the scale of the colours."""
        yield Static(id="weights-title")
        yield SignedMap()
        yield UnitGrid(id="weights-grid")
        yield Static(id="weights-scale")

    def show(self, look: UnitLook, kind: str, unit: int, source: int | None, *, zoom: bool) -> None:
        """Draw one number for each incoming weight of a unit, with the cursor on the input `source`.

        `kind` is a name in `look.kinds`, such as "gradient".
        """
        values, pixels = look.incoming(kind, unit), look.layer == 0
        picture, grid = self.query_one(SignedMap), self.query_one(UnitGrid)
        picture.display, grid.display = pixels, not pixels
        if pixels:
            self._side = side = look.side
            shown: Array = values.reshape(side, side) if side == SIDE else on_screen(values)
            picture.zoom, picture.values = zoom, shown
            place = None if source is None else divmod(source, side)
            picture.cursor = None if place is None else (to_screen(place[0], side), to_screen(place[1], side))
        else:
            grid.signed, grid.chosen, grid.values = True, source, values
        self.query_one("#weights-title", Static).update(weights_title(look, kind))
        self.query_one("#weights-scale", Static).update(picture.legend() if pixels else grid.legend())

    def beside(self, look: UnitLook, source: int, down: int, right: int) -> int:
        """Return the number of the pixel or unit that lies `down` rows and `right` columns away from `source`.

        At an edge of the picture, the cursor does not move further.
        """
        if look.layer == 0:
            last = look.side - 1
            row, column = divmod(source, look.side)
            return min(max(row + down, 0), last) * look.side + min(max(column + right, 0), last)
        layout = self.query_one(UnitGrid).layout_of_units
        there = source + right + down * (layout.columns if layout is not None else 1)
        return there if 0 <= there < look.fan_in else source

    @on(SignedMap.Chosen)
    def _choose_pixel(self, event: SignedMap.Chosen) -> None:
        row, column = from_screen(event.row, self._side), from_screen(event.column, self._side)
        self.post_message(self.Chosen(row * self._side + column))

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.unit))
