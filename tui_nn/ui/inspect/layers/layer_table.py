"""The table of layers, one row for each layer, with a cursor."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.bars import sparkline
from tui_nn.render.layer_rows import LayerRow, layer_rows, row_count, share_name
from tui_nn.render.numbers import fitting
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.ui.kit.roles import BAR, BROKEN, KEY, MUTED, RIGHT, ROW, WARNING, bold

_HEALTH = {"ok": RIGHT, "NaN": bold(BROKEN), "–": MUTED}
_WORDS_BELOW = 9
"""The number of rows that the sentences and the histograms below the table need."""
_WIDE = 110
"""From this width on, in cells, the table also has columns for the number of parameters, the minimum and the maximum."""


class LayerTable(Widget):
    """A widget that shows a table with a header and a row for each layer.

    In a narrow table, a layer has a second row with its number of parameters.
    """

    DEFAULT_CSS = """
    LayerTable { height: auto; }
    """

    look: reactive[LayersLook | None] = reactive(None, layout=True)
    """The statistics to show."""

    selected: reactive[int] = reactive(0, layout=True)
    """The layer under the cursor."""

    room: reactive[int] = reactive(0, layout=True)
    """The height of the view in rows: the table and everything below it."""

    class Chosen(Message):
        """This message reports that a layer was clicked."""

        def __init__(self, layer: int) -> None:
            super().__init__()
            self.layer = layer

    @property
    def _below(self) -> range | list[int]:
        """The numbers of the layers that have a second row.

        A wide table has no second rows. In a narrow table all layers have one, or only the selected layer if rows are few.
        """
        layers = len(self.look.statistics.layers) if self.look else 1
        if self.size.width >= _WIDE:
            return []
        return range(layers) if 1 + row_count(layers, range(layers)) + _WORDS_BELOW <= self.room else [self.selected]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the header and all rows."""
        return 1 + row_count(len(self.look.statistics.layers), self._below) if self.look else 1

    def render(self) -> Content:
        """Draw the header and all rows."""
        if self.look is None:
            return Content("")
        columns = self._columns(self.look)
        lines = [self._header(self.look, columns)]
        rows = self.rows()
        lines += [self._line(self.look, row, columns) for row in rows]
        return Content("\n").join(lines)

    def rows(self) -> list[LayerRow]:
        """Return the rows below the header."""
        look = self.look
        return layer_rows(look.statistics, look.trends, self._below, look.last_update) if look else []

    def _columns(self, look: LayersLook) -> dict[str, int]:
        """Return the name and width of each column. Columns that do not fit are left out."""
        columns = {"head": 21, "a": 14, "share": 7, "gradient": 9, "trend": 0, "step": 6, "health": 12}
        if self.size.width >= _WIDE:
            columns = {"head": 21, "arithmetic": 26, "a": 14, "min": 8, "max": 8, **dict(list(columns.items())[2:])}
        for name in (
            "step",
            "gradient",
        ):  # The sentences below the table contain these two numbers, too.
            if sum(columns.values()) >= self.size.width:
                del columns[name]
        room = self.size.width - 1 - sum(columns.values())
        columns["trend"] = min(room, 2 + max(min(len(look.records), 24), 4))
        if room < 6 or "gradient" not in columns:
            del columns["trend"]
        return columns

    def _header(self, look: LayersLook, columns: dict[str, int]) -> Content:
        last = len(look.records) - 1
        names = {
            "arithmetic": "parameters", "a": "a mean ± std", "min": "min", "max": "max", "share": share_name(look.statistics),
            "gradient": "grad RMS", "trend": f"0–{last}", "step": "u:w", "health": "health",
        }  # fmt: skip
        text = "   layer".ljust(columns["head"])
        for column, width in list(columns.items())[1:]:
            left = column in ("trend", "health", "arithmetic")
            text += f"  {names[column]}".ljust(width) if left else names[column].rjust(width)
        return Content.assemble((text, MUTED))

    def _line(self, look: LayersLook, row: LayerRow, columns: dict[str, int]) -> Content:
        here = row.layer is not None and row.layer == self.selected
        marker = (" ▸ " if here and row.is_name else "   ", KEY)
        if not row.is_name:
            line = Content.assemble(marker, (row.head, MUTED))
            room = self.size.width - 1 - len(line) if row.layer is None else 0
            line += Content.assemble((next((of for of in _whose(look) if len(of) <= room), ""), MUTED))
        else:
            head = row.head.ljust(columns["head"] - 3)
            parts = [self._cell(look, row, name, width) for name, width in list(columns.items())[1:]]
            line = Content.assemble(marker, (head, "bold"), *parts)
        line = line.pad_right(max(self.size.width - len(line), 0))
        return line.stylize(ROW) if here else line

    def _cell(self, look: LayersLook, row: LayerRow, name: str, width: int) -> Content | tuple[str, str]:
        numbers = "" if look.finite else MUTED
        match name:
            case "trend":
                return self._trend(look, row, width)
            case "health":
                return f"  {row.health}".ljust(width), _HEALTH.get(row.health, bold(WARNING))
            case "arithmetic":
                return f"  {_fitted_arithmetic(row.cells.get(name, ''), width - 2)}".ljust(width), MUTED
            case _:
                return row.cells.get(name, "").rjust(width), numbers

    def _trend(self, look: LayersLook, row: LayerRow, width: int) -> Content:
        """Return a small chart of the gradient with a bar for each epoch. Bars of epochs after the shown one are muted."""
        cells = width - 2
        bars = sparkline(row.trend, cells)
        now = min(look.epoch * cells // max(len(row.trend), cells), len(bars) - 1) if bars else 0
        return Content.assemble(
            "  ", (bars[:now], BAR), (bars[now : now + 1], KEY), (bars[now + 1 :], MUTED)
        ).pad_right(width - 2 - len(bars))

    def on_click(self, event: events.Click) -> None:
        """Select the layer under the mouse."""
        rows = layer_rows(self.look.statistics, (), self._below) if self.look else []
        if 1 <= event.y <= len(rows) and (layer := rows[event.y - 1].layer) is not None:
            self.post_message(self.Chosen(layer))


def _whose(look: LayersLook) -> tuple[str, ...]:
    """Return a text, in several lengths, about the examples or the update on which "grad RMS" and "u:w" were measured."""
    gap = "      grad RMS"
    if look.last_update:
        return f"{gap} and u:w of the last update of epoch {look.epoch:,}", f"{gap} of the last update"
    examples = "this example" if look.statistics.examples == 1 else "these examples"
    short = f"{gap} of {examples}"
    if not look.carried:
        return f"{gap} and u:w of {examples}", short
    return f"{short}, u:w with momentum", short


def _fitted_arithmetic(arithmetic: str, width: int) -> str:
    """Return the calculation of a layer's number of parameters in the longest form that fits. The forms are
    "784 × 16 + 16 = 12,560", the same without blanks, and "12,560".
    """
    forms = (arithmetic, arithmetic.replace(" ", ""), arithmetic.rpartition("= ")[2])
    return fitting(forms, width)
