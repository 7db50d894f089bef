"""`tui-nn config`: show the preferences, or edit their file."""

from __future__ import annotations

import os
import shlex
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from tui_nn.cli.output import event, note, result
from tui_nn.cli.parser import Failure, UsageError
from tui_nn.data.atomic import replace_file
from tui_nn.data.printable import printable
from tui_nn.home.keyboard import layout_names, load_keyboard
from tui_nn.home.preferences import PREFERENCES, load_preferences, preferences_file, template

ABOUT = (
    "Show your preferences: the theme, the keys, and how the app starts. They are in the file config.toml, "
    "which --edit opens in your editor. A flag of the command line overrides a preference."
)
EXAMPLES = """\
tui-nn config
tui-nn config --edit
tui-nn config --keys"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn config`."""
    parser.add_argument(
        "--edit",
        action="store_true",
        help="open config.toml in your editor ($VISUAL or $EDITOR), and check the file afterwards",
    )
    parser.add_argument("--path", action="store_true", help="print the path of config.toml")
    parser.add_argument("--keys", action="store_true", help="list all actions of the app with their keys")
    parser.add_argument("--json", action="store_true", help="print JSON objects")


def run(args: Namespace) -> int:
    """Show or edit the preferences. The exit code is 1 if the file has a mistake."""
    if sum((args.edit, args.path, args.keys)) > 1:
        raise UsageError("--edit, --path and --keys cannot be used together")
    if args.path:
        result(str(preferences_file()))
        return 0
    if args.edit:
        _edit()
    preferences, problems = load_preferences()
    keyboard, more = load_keyboard(preferences)
    problems += more
    if args.keys:
        _print_keys(dict(keyboard.keys), as_json=args.json)
    elif args.json:
        event(
            "preferences",
            path=str(preferences_file()),
            **{name: getattr(preferences, name) for name in PREFERENCES},
            problems=list(problems),
        )
    elif not args.edit:
        _print_preferences(preferences)
    for problem in problems:
        note(f"tui-nn config: {problem}.")
    return 1 if problems else 0


def _print_preferences(preferences: object) -> None:
    path = preferences_file()
    result(f"{printable(str(path))}{'' if path.exists() else ' (this file does not exist yet)'}")
    for name, preference in PREFERENCES.items():
        value = getattr(preferences, name)
        result()
        result(f"{name} = {_shown(value)}")
        result(f"  {preference.meaning}")
        result(f"  Allowed: {preference.allowed}.")
    result()
    result(f"The keyboard layouts are {', '.join(layout_names())}. tui-nn config --edit changes the file.")


def _shown(value: object) -> str:
    match value:
        case None:
            return "(no preference)"
        case bool():
            return str(value).lower()
        case dict():
            return ", ".join(f"{name}: {keys}" for name, keys in value.items()) or "(no preference)"
        case _:
            return printable(str(value))


def _edit() -> None:
    """Open config.toml in the editor of the user. If there is no such file, write one that lists all preferences first."""
    path = preferences_file()
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, lambda file: file.write(template().encode()))
    except OSError as error:
        raise Failure(f"'{printable(str(path))}' cannot be written: {(error.strerror or str(error)).lower()}") from None
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        hint = f"set EDITOR to your editor, or edit '{printable(str(path))}' yourself"
        raise Failure(f"the editor '{printable(editor)}' cannot be started: {reason}; {hint}") from None
    if done.returncode:
        raise Failure(f"the editor '{printable(editor)}' failed with exit code {done.returncode}")


def _print_keys(chosen: dict[str, str], *, as_json: bool) -> None:
    for place, name, keys, meaning in _keys(chosen):
        if as_json:
            event("key", action=name, keys=list(keys), place=place, meaning=meaning)
        else:
            result(f"{name:26}{', '.join(keys):30}{meaning} ({place})")


def _keys(chosen: dict[str, str]) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield a tuple for each action that a key triggers: (part of the app, name of the action, keys, meaning).

    The call is slow, because it imports all screens.
    """
    from tui_nn.ui.shell.key_table import key_table
    from tui_nn.ui.shell.user_keys import keys_of, usable_keys

    usable, problems = usable_keys(chosen)
    for problem in problems:
        note(f"tui-nn config: {problem}.")
    for place, bindings in key_table().items():
        for binding in bindings:
            if binding.id:
                yield place, binding.id, keys_of(binding, usable), binding.description
