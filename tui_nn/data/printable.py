"""Text from outside, made fit for a screen."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text that can go on a screen in one line: names and words of a shell may hold newlines and terminal codes."""
    return "".join(character if character.isprintable() else "?" for character in text)
