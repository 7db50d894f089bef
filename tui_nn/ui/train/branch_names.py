"""The names of other branches in a drawn chart: each near the end of its line, where nothing of the shown curves is."""

from __future__ import annotations

from collections.abc import Iterator

from tui_nn.ui.kit.plot import Row

_ROWS, _CELLS = 3, 24
"""How far from the end of its line a name may be: further off it would be read as that of another."""
_ROW = 6
"""Cells that a row away is as far as: a name beside its line is read sooner than one below."""

Cell = tuple[str, str]


def write_name(rows: list[Row], name: str, role: str, end: tuple[int, int], indent: int) -> None:
    """Write a name so that it ends at `end`, (row, cell), or near it; leave it out where there is no free room.

    What may be written over are blanks and characters of `role`'s own kind; the first `indent` cells are the axis.
    """
    row, cell = end
    cells = {y: [(c, r) for text, r in rows[y] for c in text] for y in range(max(row - _ROWS, 0), len(rows) - 2)}
    for y, start in _places(row, cell - len(name) + 1):
        line = cells.get(y, [])
        if start < indent or start + len(name) > len(line):
            continue
        if all(_is_free(there, role) for there in line[start : start + len(name)]):
            line[start : start + len(name)] = [(character, role) for character in name]
            rows[y] = list(line)
            return


def _places(row: int, start: int) -> Iterator[tuple[int, int]]:
    """(row, first cell), the nearest first."""
    around = [(y, x) for y in range(-_ROWS, _ROWS + 1) for x in range(-_CELLS, _CELLS + 1)]
    for y, x in sorted(around, key=lambda place: abs(place[0]) * _ROW + abs(place[1])):
        yield row + y, start + x


def _is_free(cell: Cell, role: str) -> bool:
    """Whether nothing is lost there: the line of guessing goes on beside a name, and so does that of a branch."""
    character, there = cell
    return character in " ⠀┈" or (there == role and "⠀" < character <= "⣿")
