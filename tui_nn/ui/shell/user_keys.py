"""The keys that a user has chosen: the keys that the app can use, and one sentence for each key that it cannot use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import _character_to_key

from tui_nn.data.printable import printable
from tui_nn.ui.shell.key_names import is_key
from tui_nn.ui.shell.key_table import key_table

FIXED = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p")
"""The keys that always keep their meaning."""


def usable_typed(typed: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return a dict from each key of the table `typed` to the key that it acts as, and a list of sentences about wrong names."""
    table, problems = {}, []
    for key, other in typed.items():
        if wrong := next((name for name in (key, other) if not _is_key(name)), None):
            problems.append(f"typed: '{printable(wrong)}' is not the name of a key")
        elif key in FIXED:
            problems.append(f"typed: {key} always keeps its meaning; choose another key")
        else:
            table[_long(key)] = _long(other)
    return table, problems


def usable_keys(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return a dict from each action to its chosen keys that the app can use, and a list of sentences about wrong keys.

    A key is wrong if it already has another meaning in a pane or view where the action works. This function imports all
    panes.
    """
    table = key_table()
    ids = {binding.id for bindings in table.values() for binding in bindings if binding.id}
    chosen: dict[str, str] = {}
    problems = []
    for name, text in keys.items():
        wanted = [_long(key.strip()) for key in text.split(",")]
        if name not in ids:
            close = get_close_matches(name, ids, n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            problems.append(f"keys: there is no action {printable(name)}{meant}; tui-nn config --keys lists all")
        elif wrong := next((key for key in wanted if not _is_key(key)), None):
            problems.append(f"keys: {name} is '{printable(text)}': '{printable(wrong)}' is not the name of a key")
        elif fixed := next((key for key in wanted if key in FIXED), None):
            problems.append(
                f"keys: {name} is '{printable(text)}': {fixed} always keeps its meaning; choose another key"
            )
        else:
            chosen[name] = ",".join(wanted)
    for name in tuple(chosen):
        if (clash := _clash(name, chosen, table)) is not None:
            key, other, where = clash
            problems.append(
                f"keys: {name} is '{chosen.pop(name)}': {key} is the key for {other} ({where}); choose another key, or "
                f"also give {other} a new key"
            )
    return chosen, problems


def keys_of(binding: Binding, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the keys of a binding: those in `chosen` if it contains the binding, otherwise the default keys."""
    return tuple(_long(key.strip()) for key in chosen.get(binding.id or "", binding.key).split(","))


def _clash(name: str, chosen: Mapping[str, str], table: Mapping[str, list[Binding]]) -> tuple[str, str, str] | None:
    """Return a key of the action `name` that also has another meaning, this meaning, and its place; None without a clash."""
    for place, bindings in table.items():
        for binding in (one for one in bindings if one.id == name):
            for other_place, others in _places_beside(place, table):
                for other in others:
                    if other.id == name or other.action == binding.action or _share_a_key(binding, other):
                        continue
                    if shared := set(keys_of(binding, chosen)) & set(keys_of(other, chosen)):
                        return sorted(shared)[0], other.description, other_place
    return None


def _share_a_key(binding: Binding, other: Binding) -> bool:
    """Return whether two bindings share a key by default. If they do, they may also share a key that the user has chosen."""
    return bool(set(keys_of(binding, {})) & set(keys_of(other, {})))


def _places_beside(place: str, table: Mapping[str, list[Binding]]) -> Iterable[tuple[str, list[Binding]]]:
    """Yield each place whose keys work at the same time as those of `place`, and its bindings.

    These are the place itself, its pane or its views, and "Everywhere".
    """
    for other, bindings in table.items():
        if place == "Everywhere" or other == "Everywhere" or place.startswith(other) or other.startswith(place):
            yield other, bindings


def _is_key(name: str) -> bool:
    return is_key(name.removeprefix("alt+"))


def _long(key: str) -> str:
    """Return the long name of a key, such as "question_mark" for "?"."""
    return _character_to_key(key) if len(key) == 1 else key
