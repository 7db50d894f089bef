"""Plain ASCII for terminals and streams without UTF-8: replacements for all characters that ASCII does not have."""

from __future__ import annotations

import re
from functools import lru_cache

# Marks such as "✓" stand beside digits, so "✓0" and "∅" must not become "+0" and "0". A mark must not look like a key
# beside it either, and two marks on one screen must stay different. So "✓" becomes "/", "●" becomes "O", and "★"
# becomes "*", the key for the best epoch.
_PAIRS = {
    "x": "×✗", "+": "┌┐└┘├┤┬┴┼╭╮╰╯•", ">": "▸▶→►≥", "<": "◂◀←◄≤", "=": "‖━═", "!": "‡", "O": "●◉", "_": "○◯", "*": "★", "/": "✓",
    "@": "↺", "-": "–—−─┄┈╌╴╶╸╺", "|": "│┃┊▌▐╷╵", "^": "↑▴⌃", "v": "↓▾⌄", ".": "·…", "n": "∅", "d": "δ°", "s": "σ", "S": "Σ",
    "V": "√", "2": "²", "3": "³", "#": "█▓", ":": "░▒▏▎▍", "Y": "┻", "D": "Δ", "P": "π", "~": "±≈", "b": "β",
}  # fmt: skip
_TABLE = {ord(glyph): plain for plain, glyphs in _PAIRS.items() for glyph in glyphs}
# The eight heights of bars become three in ASCII.
_TABLE |= {ord(glyph): plain for glyph, plain in zip("▁▂▃▄▅▆▇▔▀", "__--=##-'", strict=True)}
_TABLE |= {ord(glyph): "#" for glyph in "▉▊▋"} | {ord("█"): "#"}
_PHRASES = ((" ± ", "+/-"), (" → ", "-->"), (" ← ", "<--"))
"""Replacements of whole phrases, with equal widths. Character by character, "w ← w" would become the comparison "w < w"."""

_BEFORE_A_SIGN = re.compile(r" → (?=[−+<>])")
"""An arrow before a signed number. The space after the arrow stays, because "-->" would hide the sign."""

_ARROW_KEYS = {"←↑↓→": "arrows", "↑↓": "up/dn", "←→": "lt/rt", "↑": "up", "↓": "down", "←": "left", "→": "right"}

_LOWEST = re.compile(r"(?<=\d)▾|▾(?=\d| lowest| the lowest)")
"""The mark "▾" of the class with the lowest accuracy. It becomes "!". The usual replacement "v" would look like a key here."""

_PARTIAL = re.compile(r"(?<=█)▌|(?<!\S)▌(?= )")
"""The character "▌" as the end of a bar. At the side of a tab, the same character has another replacement."""

_PRODUCT = re.compile(r"(?<=[\w)])·(?=[\w(−√])|(?<=\) )·(?= [\d−f(m])")
"""A dot between two factors. It becomes "*", because "0.94.0.16" would look like a number."""

_SHAPES = {
    ".": "00 00 00 01|00 00 00 10|00 00 10 10|00 00 01 01|00 00 10 01", ",": "00 00 01 10", "_": "00 00 00 11|00 00 11 11",
    "-": "00 11 00 00|00 00 11 00", "=": "00 11 11 00|11 00 00 11",
    "'": "10 10 00 00|01 01 00 00|10 00 00 00|01 00 00 00|01 10 00 00",
    '"': "11 00 00 00|11 11 00 00", "`": "10 01 00 00", "|": "10 10 10 10|01 01 01 01|11 11 11 11",
    "/": "01 01 10 10|01 10 10 00|00 01 10 10|01 11 10 10|01 01 11 10|01 11 11 10",
    "\\": "10 10 01 01|10 01 01 00|00 10 01 01|10 11 01 01|10 10 11 01|10 11 11 01", "(": "01 10 10 01|01 11 10 10",
    ")": "10 01 01 10|10 11 01 01", "[": "11 10 10 11", "]": "11 01 01 11",
    ":": "00 10 10 00|00 01 01 00|10 00 00 10|01 00 00 01",
}  # fmt: skip
"""The shapes of ASCII characters as the dots of a Braille character, in rows from the top: 0 for none, 1 for a dot."""

_BITS = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
"""The bit that each dot sets in the code of a Braille character (from U+2800), in the order of `_SHAPES`."""


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """Return the text with each character that is not ASCII replaced by one ASCII character."""
    text = _PARTIAL.sub(":", _LOWEST.sub("!", _PRODUCT.sub("*", text)))
    text = _BEFORE_A_SIGN.sub("-> ", text)
    for glyphs, plain in _PHRASES:
        text = text.replace(glyphs, plain)
    return "".join(character if character.isascii() else _plain(character) for character in text)


def name_arrows(text: str) -> str:
    """Return the text with the names of the arrow keys in place of arrows, because one character would look like another key."""
    for arrows, name in _ARROW_KEYS.items():
        text = text.replace(arrows, name)
    return text


def _plain(character: str) -> str:
    code = ord(character)
    if 0x2800 <= code <= 0x28FF:
        return _like_braille(code - 0x2800)
    return _TABLE.get(code, "?")


@lru_cache(256)
def _like_braille(bits: int) -> str:
    """Return the ASCII character whose shape differs least from a Braille character, so that a stroke keeps its direction."""
    if not bits:
        return " "
    seen = _blurred([bool(bits & bit) for bit in _BITS])
    differences = {
        character: min(
            sum((a - b) ** 2 for a, b in zip(seen, _blurred([dot == "1" for dot in shape if dot != " "]), strict=True))
            for shape in shapes.split("|")
        )
        for character, shapes in _SHAPES.items()
    }
    return min(differences, key=differences.__getitem__)


def _blurred(dots: list[bool]) -> list[int]:
    """Return the ink at each of 4 rows of 2 dots: 20 for a dot, and 7 for each neighbouring dot.

    The ink is a whole number. The sum of fractions is rounded differently in each version of Python, and this would
    decide between two characters that are equally alike.
    """
    return [
        20 * dots[place]
        + 7 * (dots[place ^ 1] + (dots[place - 2] if place > 1 else 0) + (dots[place + 2] if place < 6 else 0))
        for place in range(8)
    ]


_WIDE = {"·": "|", "←": "<-", "→": "->", "≥": ">=", "≤": "<=", "√": "sqrt", "×": "x"}
"""Replacements for text without columns. Some are longer than the character that they replace."""


def to_wide_ascii(text: str) -> str:
    """Return the text in ASCII. A character may become several, which is easier to read but shifts columns."""
    return "".join(
        character if character.isascii() else _WIDE.get(character) or _plain(character) for character in text
    )


def in_words(text: str) -> str:
    """Return mathematics with words in place of symbols that have no ASCII character."""
    for symbol, words in (("→", "to"), ("←", ":="), ("²", "^2"), ("³", "^3"), ("√", "sqrt "), ("Σ", "sum")):
        text = text.replace(symbol, words)
    return text
