"""The keyboard of a user: a layout, and the keys that the user has given to single actions.

A layout is a TOML file with one or both of two tables. In `[typed]`, one key counts as another: after `"к" = "r"`, the
key к counts as r. `[keys]` gives actions other keys, like the table of the same name in config.toml. A layout of the
app is a file in the folder `layouts`, and the name of the file is its name. This module loads neither NumPy nor
Textual. So it cannot check the names of keys and actions: `tui_nn.ui.shell.user_keys` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from tui_nn.data.printable import printable
from tui_nn.home.preferences import Preferences, preferences_file, read_toml

TABLES = ("typed", "keys")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The keys of a user. A key is named by its character or by its name in Textual."""

    typed: Mapping[str, str] = field(default_factory=dict)
    """The keys that count as other keys, each with the name of that other key."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The keys of each action, joined by commas, by the name of the action."""


def layout_names() -> tuple[str, ...]:
    """Return the names of the layouts of the app, in alphabetical order."""
    folder = resources.files("tui_nn.home") / "layouts"
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def load_keyboard(preferences: Preferences) -> tuple[Keyboard, tuple[str, ...]]:
    """Return the keyboard that the preferences describe, and a sentence for each mistake in these preferences."""
    if preferences.layout is None:
        return Keyboard({}, preferences.keys), ()
    where = f"'{printable(str(preferences_file()))}': layout is '{printable(preferences.layout)}'"
    path = _file_of(preferences.layout)
    if path is None:
        close = get_close_matches(preferences.layout, layout_names(), n=1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        names = ", ".join(layout_names())
        problem = f"{where}: it must be {names} or the path of a file that ends in .toml{meant}"
        return Keyboard({}, preferences.keys), (problem,)
    table, problem = read_toml(path)
    if not problem and not path.exists():
        problem = f"{where}: there is no file '{printable(str(path))}'"
    elif not problem and (not table or set(table) - set(TABLES) or not all(map(_is_table_of_texts, table.values()))):
        problem = f"'{printable(str(path))}' is not a keyboard layout: it must have a table [typed] or [keys] with keys in quotes"
    if problem:
        return Keyboard({}, preferences.keys), (problem,)
    return Keyboard(table.get("typed", {}), {**table.get("keys", {}), **preferences.keys}), ()


def _file_of(layout: str) -> Path | None:
    if layout in layout_names():
        return Path(str(resources.files("tui_nn.home") / "layouts" / f"{layout}.toml"))
    if not layout.endswith(".toml"):
        return None
    return preferences_file().parent / Path(layout).expanduser()


def _is_table_of_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) and value for value in table.values())
