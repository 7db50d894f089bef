"""The widths of texts in cells of the terminal. A Chinese or Japanese character takes two cells, a combining one none."""

from __future__ import annotations

from unicodedata import category, east_asian_width


def cells_of(text: str) -> int:
    """Return the number of cells that a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, width: int) -> str:
    """Return a text in at most `width` cells: "Ankle boo…". Return "" if `width` is 0 or less."""
    if width <= 0:
        return ""
    return text if cells_of(text) <= width else shortened(text, width - 1) + "…"


def shortened(text: str, width: int) -> str:
    """Return the beginning of a text that takes at most `width` cells. Return "" if `width` is 0 or less."""
    while text and cells_of(text) > width:
        text = text[:-1]
    return text


def to_left(text: str, width: int) -> str:
    """Return a text with spaces up to `width` cells at its right."""
    return text + " " * (width - cells_of(text))


def to_right(text: str, width: int) -> str:
    """Return a text with spaces up to `width` cells at its left."""
    return " " * (width - cells_of(text)) + text


def to_centre(text: str, width: int) -> str:
    """Return a text with spaces up to `width` cells at both sides, as `str.center` does."""
    return text.center(width - cells_of(text) + len(text))


def _width(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
