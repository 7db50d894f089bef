"""`tui-nn completion`: print a script for a shell, which completes commands, flags and names."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import import_module

from tui_nn.cli.output import result
from tui_nn.cli.parser import FILES, Failure, UsageError, did_you_mean
from tui_nn.config.configs import settings
from tui_nn.lessons.library import lesson_names
from tui_nn.presets import preset_names

ABOUT = (
    "Print a script for your shell. With it, the tab key completes the commands, flags, names and files of "
    "tui-nn. First install the packages for this: pip install 'tui-nn[completion]'."
)
EXAMPLES = """\
tui-nn completion bash > ~/.local/share/bash-completion/completions/tui-nn
tui-nn completion zsh > ~/.zfunc/_tui-nn
tui-nn completion fish > ~/.config/fish/completions/tui-nn.fish"""

SHELLS = ("bash", "zsh", "fish")

_FOLDERS = ("DIR",)
"""The placeholders in the help, such as DIR, for the name of a folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the argument of `tui-nn completion`."""
    parser.add_argument("shell", metavar="SHELL", help=f"one of: {', '.join(SHELLS)}")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    if args.shell not in SHELLS:
        raise UsageError(
            f"SHELL is '{args.shell}': it must be one of {', '.join(SHELLS)}{did_you_mean(args.shell, SHELLS)}"
        )
    try:
        import shtab
    except ImportError:
        raise Failure("the package shtab is missing; install it with: pip install 'tui-nn[completion]'") from None
    parser = whole_command_line()
    for action in _all_actions(parser):
        if action.metavar in (*FILES, "OUT"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    result(shtab.complete(parser, args.shell).rstrip())
    return 0


def whole_command_line() -> argparse.ArgumentParser:
    """Return a parser with every command as a subparser, and with the allowed names as choices.

    This parser is used only for shell completion. To run a command, the program uses the parser of that command.
    """
    from tui_nn.cli import COMMANDS

    parser = argparse.ArgumentParser("tui-nn")
    import_module("tui_nn.cli.app").add_arguments(parser)
    commands = parser.add_subparsers()
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        import_module(f"tui_nn.cli.{name.replace('-', '_')}").add_arguments(command)
        _add_choices(name, command)
    _add_choices("", parser)
    return parser


def _add_choices(command: str, parser: argparse.ArgumentParser) -> None:
    from tui_nn.cli.data import ACTIONS
    from tui_nn.ui.shell.app import THEMES

    choices: dict[str, Iterable[str]] = {setting.name: setting.options for setting in settings() if setting.options}
    choices |= {setting.name: ("yes", "no") for setting in settings() if setting.kind == "yes_no"}
    choices |= {
        "preset": preset_names(),
        "theme": THEMES,
        "lesson": lesson_names(),
        "shell": SHELLS,
        "action": ACTIONS,
    }
    for action in parser._actions:
        if action.choices is None and action.dest in choices and action.nargs != 0:
            action.choices = tuple(choices[action.dest])


def _all_actions(parser: argparse.ArgumentParser) -> Iterable[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _all_actions(command)
