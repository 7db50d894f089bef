"""argparse, with one sentence for a mistake instead of the whole usage."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from textwrap import fill
from typing import Any, NoReturn

from tui_nn.cli.errors import UsageError, did_you_mean
from tui_nn.config.setting import is_plain

_FILES = ("FILE", "PATH", "RUN", "IMAGE")
"""What stands in the help for the name of a file."""

_OURS = {"expected one argument": "needs a value", "ignored explicit argument": "takes no value"}
"""What is said in place of argparse's words."""


class Parser(argparse.ArgumentParser):
    """The parser of one command, or of `tui-nn` itself, which knows the commands' names."""

    def __init__(self, program: str, about: str, examples: str, commands: Mapping[str, str]) -> None:
        """`about` is one sentence, `examples` are command lines; `commands` are told in the help."""
        listed = "".join(f"  {name:17}{purpose}\n" for name, purpose in commands.items())
        listed = f"commands:\n{listed}\ntui-nn COMMAND --help says more of each.\n\n" if listed else ""
        super().__init__(
            prog=program,
            description=fill(" ".join(about.split()), 80),
            epilog=f"{listed}examples:\n" + "".join(f"  {line}\n" for line in examples.splitlines()),
            usage=f"{program} [options]\n       {program} COMMAND [options]" if commands else None,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        self._commands = commands
        # Before Python 3.14 argparse takes "-1e-3" for a flag, and any takes "-inf" for one.
        self._negative_number_matcher = re.compile(r"-(\.?\d|inf|nan)")

    def parse(self, argv: list[str]) -> argparse.Namespace:
        """The arguments.

        Raises:
            UsageError: in one sentence.
            SystemExit: after --help or --version.
        """
        if self.usage is None:
            needed = [" ".join((*a.option_strings[:1], str(a.metavar))) for a in self._actions if a.required]
            self.usage = " ".join((self.prog, *needed, "[options]"))
        arguments, unknown = self.parse_known_args(argv)
        if not unknown:
            self._check_names(arguments)
            return arguments
        word = unknown[0]
        if word.startswith("-") and word != "-":
            flags = (option for action in self._actions for option in action.option_strings)
            word = word.partition("=")[0]
            raise UsageError(f"there is no {word}{did_you_mean(word, flags)}; {self.prog} --help names what there is")
        if word in self._commands:
            raise UsageError(f"'{word}' is a command, and must come first: {self.prog} {word} [options]")
        if self._commands:
            names = f"there are {', '.join(self._commands)}"
            raise UsageError(f"there is no command '{word}'{did_you_mean(word, self._commands)}; {names}")
        raise UsageError(f"'{word}' is one word too many; {self.prog} --help says what goes where")

    def _check_names(self, arguments: argparse.Namespace) -> None:
        """Raise UsageError for a file without a name: to the system it would be the directory one is in."""
        for action in self._actions:
            given = getattr(arguments, action.dest, None)
            if action.metavar in _FILES and "" in (given if isinstance(given, list) else [given]):
                raise UsageError(f"{[*action.option_strings, action.metavar][0]} is empty, and must be a file's name")

    def error(self, message: str) -> NoReturn:
        """Say what argparse found in a sentence of ours."""
        message = re.sub(rf"^argument (\S+?)(/\S+)?: (?:({'|'.join(_OURS)}).*)?", _begin, message)
        if missing := re.fullmatch(r"the following arguments are required: (.*)", message):
            names = missing[1].replace(", ", " and ") + (" are" if ", " in missing[1] else " is")
            message = f"{names} missing; {self.prog} --help says what goes where"
        raise UsageError(message)

    def print_help(self, file: Any = None) -> None:
        """Print the help to stdout, in characters that it has."""
        (file or sys.stdout).write(self.format_help())


def _begin(found: re.Match[str]) -> str:
    return f"{found[1]} {_OURS.get(found[3], '')}"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help in at most 100 columns, with room for the longest flag."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, max_help_position=26, **more)


def whole_number(low: int, high: int | None = None) -> Any:
    """A type for `add_argument`: a whole number from `low`, up to `high` if there is one."""
    allowed = f"a whole number from {low:,}" + ("" if high is None else f" to {high:,}")

    def parse(text: str) -> int:
        try:
            value = int(text) if is_plain(text) else low - 1
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            raise argparse.ArgumentTypeError(f"is '{text}', and must be {allowed}")
        return value

    return parse
