"""Cleaning of text from outside the program before it is shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Replace newlines, terminal codes and other unprintable characters by "?", so that the text fits on one line."""
    return "".join(character if character.isprintable() else "?" for character in text)
