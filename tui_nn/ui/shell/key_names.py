"""What keys are called."""

from __future__ import annotations

from textual.keys import Keys, key_to_character

KEY_NAMES = (*(key.value for key in Keys), "plus", "minus")
"""Keys that have a name and no character, and two whose names Unicode has otherwise."""


def is_key(name: str) -> bool:
    """Whether a keyboard has it: a name, a character, what Unicode calls one, or ctrl+ and one of these."""
    character = key_to_character(name.removeprefix("ctrl+"))
    return name in KEY_NAMES or bool(character and character.isprintable())
