"""Cleaning of text from outside the program before it is shown."""

from __future__ import annotations

_LONGEST = 400
"""The largest number of characters that a message quotes. Real paths and names are shorter."""


def printable(text: str) -> str:
    """Replace newlines, terminal codes and other unprintable characters by "?", so that the text fits on one line.

    Of a text with more than 400 characters, keep the beginning and the end, with "…" between them.
    """
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2 - 1]}…{text[-_LONGEST // 2 :]}"
    return "".join(character if character.isprintable() else "?" for character in text)
