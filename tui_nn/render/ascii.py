"""Plain ASCII for terminals and streams without UTF-8: a table that replaces every other character."""

from __future__ import annotations

import re
from functools import lru_cache

# Marks such as "✓" stand beside digits, so "✓0" and "∅" must not become "+0" and "0". A mark must not look like a key
# beside it either, and two marks on one screen must stay different: "✓" is "/", "●" is "O", and "★" is "*", the key
# that goes there.
_PAIRS = {
    "x": "×✗", "+": "┌┐└┘├┤┬┴┼╭╮╰╯•", ">": "▸▶→►≥", "<": "◂◀←◄≤", "=": "‖━═", "!": "‡", "O": "●◉", "_": "○◯", "*": "★", "/": "✓",
    "@": "↺", "-": "–—−─┄┈╌╴╶╸╺", "|": "│┃┊▌▐", "^": "↑▴⌃", "v": "↓▾⌄", ".": "·…", "n": "∅", "d": "δ°", "s": "σ", "S": "Σ",
    "V": "√", "2": "²", "3": "³", "#": "█▓", ":": "░▒▏▎▍", "Y": "┻", "D": "Δ", "P": "π", "~": "±≈",
}  # fmt: skip
_TABLE = {ord(glyph): plain for plain, glyphs in _PAIRS.items() for glyph in glyphs}
# Bars have eight heights; in ASCII they have three.
_TABLE |= {ord(glyph): plain for glyph, plain in zip("▁▂▃▄▅▆▇▔▀", "__--=##-'", strict=True)}
_TABLE |= {ord(glyph): "#" for glyph in "▉▊▋"} | {ord("█"): "#"}
_PHRASES = ((" ± ", "+/-"), (" → ", "-->"), (" ← ", "<--"))
"""Replacements of whole phrases, with equal widths. Character by character, "w ← w" would become the comparison "w < w"."""

_BEFORE_A_SIGN = re.compile(r" → (?=[−+<>])")
"""This arrow keeps the space after it, because "-->" would hide the sign of the number that follows."""

_ARROW_KEYS = {"←↑↓→": "arrows", "↑↓": "up/dn", "←→": "lt/rt", "↑": "up", "↓": "down", "←": "left", "→": "right"}

_LOWEST = re.compile(r"(?<=\d)▾|▾(?=\d| lowest| the lowest)")
"""The mark of the class with the lowest accuracy, which must not become the letter "v", a key. Other "▾" point down."""

_PARTIAL = re.compile(r"(?<=█)▌|(?<!\S)▌(?= )")
"""The character "▌" as the end of a bar. At the side of a tab, the same character has another replacement."""

_PRODUCT = re.compile(r"(?<=[\w)])·(?=[\w(−√])|(?<=\) )·(?= [\d−f(m])")
"""A dot between two factors. It becomes "*", because "0.94.0.16" would look like a number."""

_SHADES = " ..::--=+"


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """Return the text with every other character replaced by one ASCII character."""
    text = _PARTIAL.sub(":", _LOWEST.sub("!", _PRODUCT.sub("*", text)))
    text = _BEFORE_A_SIGN.sub("-> ", text)
    for glyphs, plain in _PHRASES:
        text = text.replace(glyphs, plain)
    return "".join(character if character.isascii() else _plain(character) for character in text)


def name_arrows(text: str) -> str:
    """Return the text with arrow keys replaced by their names, because a single letter would look like another key."""
    for arrows, name in _ARROW_KEYS.items():
        text = text.replace(arrows, name)
    return text


def _plain(character: str) -> str:
    code = ord(character)
    if 0x2800 <= code <= 0x28FF:  # Braille: more dots map to a darker character.
        return _SHADES[(code - 0x2800).bit_count()]
    return _TABLE.get(code, "?")


_WIDE = {"·": "|", "←": "<-", "→": "->", "≥": ">=", "≤": "<=", "√": "sqrt", "×": "x"}
"""Replacements with other widths, for text without columns."""


def to_wide_ascii(text: str) -> str:
    """Return the text in ASCII. One character may become several, so the text is easier to read but loses its columns."""
    return "".join(
        character if character.isascii() else _WIDE.get(character) or _plain(character) for character in text
    )


def in_words(text: str) -> str:
    """Return mathematics with words in place of symbols that have no ASCII character."""
    for symbol, words in (("→", "to"), ("←", ":="), ("²", "^2"), ("³", "^3"), ("√", "sqrt "), ("Σ", "sum")):
        text = text.replace(symbol, words)
    return text
