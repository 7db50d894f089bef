"""The names of curves on a chart. Each name stands beside the end of its curve, where there is room."""

from __future__ import annotations

from collections.abc import Iterator

from tui_nn.ui.kit.plot import Row

_ROWS_AWAY, _CELLS_AWAY = 3, 24
"""The largest distance of a name from the end of its curve. Further away, it would seem to belong to another curve."""
_ROW = 6
"""One row counts as this many cells in the distance between a name and its curve. The reason is that a name beside the
curve is easier to find than a name below it.
"""


def write_name(rows: list[Row], name: str, role: str, end: tuple[int, int], indent: int) -> None:
    """Write the name of a curve so that it ends at the cell `end` (row, column) or near it. Leave it out if there is no room.

    A name may cover blanks and its own curve. The first `indent` cells belong to the axis.
    """
    row, cell = end
    # One cell on each side of a name stays free, so that two names never touch.
    cells = {y: [(c, r) for text, r in rows[y] for c in text] for y in range(max(row - _ROWS_AWAY, 0), len(rows) - 2)}
    for y, start in _places(row, cell - len(name) + 1):
        line = cells.get(y, [])
        if start < indent or start + len(name) > len(line):
            continue
        if all(_is_free(there, role) for there in line[max(start - 1, indent) : start + len(name) + 1]):
            line[start : start + len(name)] = [(character, role) for character in name]
            rows[y] = list(line)
            return


def _places(row: int, start: int) -> Iterator[tuple[int, int]]:
    """Yield the possible positions of a name, (row, first cell), the nearest first."""
    down, right = range(-_ROWS_AWAY, _ROWS_AWAY + 1), range(-_CELLS_AWAY, _CELLS_AWAY + 1)
    around = [(y, x) for y in down for x in right]
    for y, x in sorted(around, key=lambda place: abs(place[0]) * _ROW + abs(place[1])):
        yield row + y, start + x


def _is_free(cell: tuple[str, str], role: str) -> bool:
    """Return whether a name may cover the cell: a blank, the line of a pure guess, or a curve of the same role."""
    character, there = cell
    return character in " ⠀┈" or (there == role and "⠀" < character <= "⣿")
