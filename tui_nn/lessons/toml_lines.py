"""The line of a key in a TOML file. `tomllib` returns only the values, but an error should name the line."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = Sequence[str | int]
"""The path to a value in a TOML file: keys and numbers of tables. ("step", 2, "text") is the text of step 2, counted from 0.
"""

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def line_of(text: str, path: Path) -> int:
    """Return the line number, from 1, of the value at `path` in a TOML file, or of the nearest line above it.

    Tables are found by their headers. For a value inside an array or an inline table, the line is the one where this array
    or table begins.
    """
    best, deepest = 1, 0
    here: list[str | int] = []
    counts: dict[tuple[str | int, ...], int] = {}
    quotes = ""
    for number, line in enumerate(text.splitlines(), 1):
        if quotes:
            quotes = "" if quotes in line else quotes
            continue
        if header := _HEADER.match(line):
            here = _place(header[2].split("."), header[1] == "[[", counts)
            found = here
        elif key := _KEY.match(line):
            found = [*here, key[1]]
            opened = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
            quotes = opened
        else:
            continue
        # The header [[step.check]] is also the line of the key "check", whose path is shorter than that of the table.
        common = min(len(found), len(path))
        if common > deepest and list(path[:common]) == found[:common]:
            best, deepest = number, common
    return best


def _place(names: list[str], is_array: bool, counts: dict[tuple[str | int, ...], int]) -> list[str | int]:
    """Return the path to the table that a header such as [[step.check]] begins. `counts` has the number of tables of each array."""
    place: list[str | int] = []
    for position, name in enumerate(names):
        place.append(name)
        last = position == len(names) - 1
        if last and is_array:
            counts[tuple(place)] = counts.get(tuple(place), -1) + 1
        if tuple(place) in counts:
            place.append(counts[tuple(place)])
    return place
