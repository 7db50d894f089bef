"""Plain ASCII for terminals that have nothing else: one filter over all that is drawn, one character for one."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# A mark stands beside digits: "✓0" and "∅" must not become "+0" and "0". Nor is it a letter that is a key beside it, and what
# meets on a screen has marks of its own: "✓" is "/", and "●", here, is "O"; "★" is "*", the key that leads there.
_PAIRS = {
    "x": "×✗", "+": "┌┐└┘├┤┬┴┼╭╮╰╯•", ">": "▸▶→►≥", "<": "◂◀←◄≤", "=": "‖━═", "!": "‡", "O": "●◉", "_": "○◯", "*": "★", "/": "✓",
    "@": "↺", "-": "–—−─┄┈╌╴╶╸╺", "|": "│┃┊▌▐", "^": "↑▴⌃", "v": "↓▾⌄", ".": "·…", "n": "∅", "d": "δ°", "s": "σ", "S": "Σ",
    "V": "√", "2": "²", "3": "³", "#": "█▓", ":": "░▒▏▎▍", "Y": "┻", "D": "Δ", "P": "π", "~": "±≈",
}  # fmt: skip
_TABLE = {ord(glyph): plain for plain, glyphs in _PAIRS.items() for glyph in glyphs}
# Bars grow through eighths; in ASCII three heights are told apart.
_TABLE |= {ord(glyph): plain for glyph, plain in zip("▁▂▃▄▅▆▇▔▀", "__--=##-'", strict=True)}
_TABLE |= {ord(glyph): "#" for glyph in "▉▊▋"} | {ord("█"): "#"}
_PHRASES = ((" ± ", "+/-"), (" → ", "-->"), (" ← ", "<--"))
"""What single characters would make a comparison of, as wide as it was: "w ← w" is not "w < w"."""

_BEFORE_A_SIGN = re.compile(r" → (?=[−+<>])")
"""There an arrow keeps the blank behind it, for the sign to be one."""

_ARROW_KEYS = {"←↑↓→": "arrows", "↑↓": "up/dn", "←→": "lt/rt", "↑": "up", "↓": "down", "←": "left", "→": "right"}

_LOWEST = re.compile(r"(?<=\d)▾|▾(?=\d| lowest| the lowest)")
"""The mark of the class that is read worst: "v" beside its word would look like a key. Other "▾" point down."""

_PARTIAL = re.compile(r"(?<=█)▌|(?<!\S)▌(?= )")
"""Half a cell at the end of a bar, and not the side of a tab."""

_PRODUCT = re.compile(r"(?<=[\w)])·(?=[\w(−√])|(?<=\) )·(?= [\d−f(m])")
"""A dot between two factors: "0.94.0.16" would be a number of its own."""

_SHADES = " ..::--=+"


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """The text with every character that is not ASCII replaced by one that is."""
    text = _PARTIAL.sub(":", _LOWEST.sub("!", _PRODUCT.sub("*", text)))
    text = _BEFORE_A_SIGN.sub("-> ", text)
    for glyphs, plain in _PHRASES:
        text = text.replace(glyphs, plain)
    return "".join(character if character.isascii() else _plain(character) for character in text)


def name_arrows(text: str) -> str:
    """The arrow keys of `text` by their names, which take more cells: any letter in an arrow's own would be another key."""
    for arrows, name in _ARROW_KEYS.items():
        text = text.replace(arrows, name)
    return text


def _plain(character: str) -> str:
    code = ord(character)
    if 0x2800 <= code <= 0x28FF:  # Braille: as dark as it has dots.
        return _SHADES[(code - 0x2800).bit_count()]
    return _TABLE.get(code, "?")


class Ascii(LineFilter):
    """Replaces what a terminal without UTF-8 cannot show."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in ASCII; every character keeps its one cell."""
        return [
            segment if segment.text.isascii() else Segment(to_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
