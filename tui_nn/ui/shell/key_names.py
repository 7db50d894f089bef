"""The names of keys, as `--keys` of the screenshot command takes them."""

from __future__ import annotations

from textual.keys import Keys, key_to_character

KEY_NAMES = (*(key.value for key in Keys), "plus", "minus")
"""Keys with a name instead of a character, and two keys whose names differ from those of Unicode."""


def is_key(name: str) -> bool:
    """Return whether `name` is a key: a name, a character, its Unicode name, or one of these after "ctrl+"."""
    character = key_to_character(name.removeprefix("ctrl+"))
    return name in KEY_NAMES or bool(character and character.isprintable())
