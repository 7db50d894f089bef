"""The preferences of a user: the file config.toml in the config folder. The app never writes to this file.

In place of a wrong value, the app uses the default, and reports one sentence. So it starts in spite of a mistake in the
file. This module loads neither NumPy nor Textual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tui_nn.data.folders import folder
from tui_nn.data.printable import printable
from tui_nn.data.small_file import read_small_file
from tui_nn.data.toml_text import LARGEST, parse_toml


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of a user. If a field is None, the app decides. A flag of the command line overrides a preference."""

    theme: str | None = None
    ascii: bool | None = None
    preset: str | None = None
    data: str | None = None
    workers: int | None = None
    timeline_memory: int | None = None
    remember: bool = True
    bell: bool = False
    layout: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preference:
    """The description of one preference: its type, its allowed values and a sentence of help."""

    allowed: str
    """The values that are allowed for this preference, in words."""
    example: str
    """An example of a value, as TOML text."""
    meaning: str
    """One sentence that explains the preference."""
    accepts: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _whole_number(high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= high


def _is_key_table(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(keys) for keys in value.values())


_TRUTH = "true or false"

PREFERENCES: Mapping[str, Preference] = {
    "theme": Preference(
        "the name of a theme",
        '"textual-dark"',
        "The colour theme. If it is missing, the app uses the theme that you chose last.",
        _is_text,
    ),
    "ascii": Preference(
        _TRUTH,
        "false",
        "True if the app uses only ASCII characters. If it is missing, the app decides by the terminal.",
        _is_truth,
    ),
    "preset": Preference(
        "the name of a preset", '"quick-start"', "The preset with which tui-nn starts if you give no flags.", _is_text
    ),
    "data": Preference(
        "the path of a data file or folder",
        '"~/mnist.npz"',
        "The data with which tui-nn starts if you give no flags.",
        _is_text,
    ),
    "workers": Preference(
        "a whole number from 1 to 64", "2", "The number of training threads of the app.", _whole_number(64)
    ),
    "timeline_memory": Preference(
        "a whole number from 1 to 65,536",
        "64",
        "The memory in MiB for copies of earlier epochs, so that you can go back to them.",
        _whole_number(65_536),
    ),
    "remember": Preference(
        _TRUTH,
        "true",
        (
            "True if the app begins with the theme and the pane of its last use. If it is false, the app always "
            "begins in the same way."
        ),
        _is_truth,
    ),
    "bell": Preference(
        _TRUTH,
        "false",
        "True if the terminal rings at the end of a training that took five seconds or more.",
        _is_truth,
    ),
    "layout": Preference(
        "the name of a keyboard layout of the app, or the path of a file that ends in .toml",
        '"vim"',
        "The keyboard layout, which sets the keys for the actions of the app.",
        _is_text,
    ),
    "keys": Preference(
        'a table with the keys of each action, such as epoch = "space,x"',
        "",
        "This table sets the keys for individual actions. Commas separate several keys for one action.",
        _is_key_table,
    ),
}
"""The description of each preference, by its name, in the order of the lines in the file."""

assert [one.name for one in fields(Preferences)] == list(PREFERENCES)


def preferences_file() -> Path:
    """Return the path of config.toml. The file need not exist."""
    return folder("config") / "config.toml"


def load_preferences(path: Path | None = None) -> tuple[Preferences, tuple[str, ...]]:
    """Return the preferences in the file at `path` (default: config.toml), and a sentence for each mistake in it.

    If the file is missing, there are no mistakes, and all preferences have their defaults.
    """
    path = path or preferences_file()
    table, problem = read_toml(path)
    if problem:
        return Preferences(), (f"{problem}; the app uses the default values",)
    problems, values = [], {}
    where = f"'{printable(str(path))}'"
    for name, value in table.items():
        known = PREFERENCES.get(name)
        if known is None:
            names = ", ".join(PREFERENCES)
            problems.append(f"{where}: there is no preference {printable(name)}; the preferences are {names}")
        elif not known.accepts(value):
            shown = printable(str(value))[:60]
            problems.append(f"{where}: {name} is {shown}: it must be {known.allowed}; the app uses the default value")
        else:
            values[name] = value
    return Preferences(**values), tuple(problems)


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return the table in a TOML file, and "". If the file cannot be read, return an empty table and the reason.

    A missing file is an empty table.
    """
    try:
        content = read_small_file(path, LARGEST)
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        return {}, f"'{printable(str(path))}' cannot be read: {reason}"
    try:
        return parse_toml(content), ""
    except UnicodeDecodeError:
        reason = "the file is not text in UTF-8"
    except ValueError as error:
        reason = str(error)
    return {}, f"'{printable(str(path))}' is not a correct TOML file: {printable(reason)}"


def template() -> str:
    """Return the text of a config.toml that lists every preference as a comment."""
    lines = ["# The preferences of tui-nn. Remove the # before a line to use it. docs/config.md explains them.", ""]
    for name, preference in PREFERENCES.items():
        lines += [
            f"# {preference.meaning}",
            f"# {name} = {preference.example}" if preference.example else "# [keys]",
            "",
        ]
    return "\n".join([*lines[:-1], '# epoch = "space,x"', ""])
