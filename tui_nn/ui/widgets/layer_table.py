"""The layers of a network as a table with a cursor."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.layer_rows import NUMBERS, Detail, LayerRow, layer_rows, row_count
from tui_nn.ui.probe import Look

_MUTED = "$foreground 62%"
_HEALTH = {"ok": "$text-success", "NaN": "bold $text-error", "–": _MUTED}
_MARKER, _GAP, _PART = 3, 3, 8
_SMALLEST_HEAD = 20
"""Cells; "3,215,360 parameters"."""


class LayerTable(Widget):
    """A header and one to four rows a layer, as many as the room allows; below 79 columns min and max give way."""

    DEFAULT_CSS = """
    LayerTable { height: auto; }
    """

    look: reactive[Look | None] = reactive(None, layout=True)
    """What is shown."""

    selected: reactive[int] = reactive(0)
    """The layer with the cursor."""

    room: reactive[int] = reactive(0, layout=True)
    """Rows there are for the table and what stands below it."""

    class Chosen(Message):
        """A layer was clicked."""

        def __init__(self, layer: int) -> None:
            super().__init__()
            self.layer = layer

    @property
    def detail(self) -> Detail:
        """As much as leaves nine rows, or ten, for the words below."""
        layers = len(self.look.statistics.layers) if self.look else 1
        if 1 + row_count(layers, Detail.FULL) + 14 <= self.room:
            return Detail.FULL
        return Detail.SHORT if 1 + row_count(layers, Detail.SHORT) + 9 <= self.room else Detail.SELECTED

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The header and the rows."""
        return 1 + row_count(len(self.look.statistics.layers), self.detail) if self.look else 1

    def render(self) -> Content:
        """All rows."""
        columns = _columns(self.size.width)
        head = self.size.width - 1 - _MARKER - _GAP - _PART - sum(columns.values())
        head = max(min(head, 36), _SMALLEST_HEAD)
        title = "layer".ljust(head - 6) + ("health" if self._judged else "")
        names = "".join(name.rjust(width) for name, width in columns.items())
        lines = [Content.assemble((f"{'':{_MARKER}}{title:{head + _GAP + _PART}}{names}", _MUTED))]
        lines += [self._line(row, head, columns) for row in self._rows(head)]
        return Content("\n").join(lines)

    @property
    def _judged(self) -> bool:
        return self.look is not None and self.look.statistics.examples > 1

    def _rows(self, head: int) -> list[LayerRow]:
        return layer_rows(self.look.statistics, self.selected, self.detail, head) if self.look else []

    def _line(self, row: LayerRow, head: int, columns: dict[str, int]) -> Content:
        here = row.layer is not None and row.layer == self.selected
        numbers = dict(zip(NUMBERS, row.numbers, strict=False))
        cells = "".join(numbers.get(name, "").rjust(width) for name, width in columns.items())
        finite = self.look is None or self.look.finite
        line = Content.assemble(
            (" ▸ " if here and row.is_name else "   ", "bold $text-accent"),
            (row.head.ljust(head - len(row.health)), "bold" if row.is_name else _MUTED),
            (row.health, _HEALTH.get(row.health, "bold $text-warning")),
            " " * _GAP,
            (row.part.ljust(_PART), "$text-primary" if row.is_name else _MUTED),
            (cells, "" if finite else _MUTED),
        )
        line = line.pad_right(max(self.size.width - len(line), 0))
        return line.stylize("on $primary-muted") if here else line

    def on_click(self, event: events.Click) -> None:
        """Choose the layer under the mouse."""
        rows = self._rows(_SMALLEST_HEAD)
        if 1 <= event.y <= len(rows) and (layer := rows[event.y - 1].layer) is not None:
            self.post_message(self.Chosen(layer))


def _columns(width: int) -> dict[str, int]:
    """The number columns and their cells, in a table of this width."""
    names = NUMBERS if width >= 79 else tuple(name for name in NUMBERS if name not in ("min", "max"))
    each = 8 + min(max(width - 90, 0) // 6, 4)
    return {name: 6 if name == "zeros" else each for name in names}
