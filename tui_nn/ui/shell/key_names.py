"""The names of keys, as `--keys` of the screenshot command takes them."""

from __future__ import annotations

from textual.keys import Keys, key_to_character

KEY_NAMES = (*(key.value for key in Keys), "plus", "minus")
"""Textual's names of keys, and "plus" and "minus", which Unicode calls "plus sign" and "hyphen-minus"."""


def is_key(name: str) -> bool:
    """Return whether `name` names a key: a name in `KEY_NAMES`, or a character or its Unicode name, with or without "ctrl+"."""
    character = key_to_character(name.removeprefix("ctrl+"))
    return name in KEY_NAMES or bool(character and character.isprintable())
