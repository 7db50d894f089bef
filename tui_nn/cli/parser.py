"""The parser of the command line, and the errors that end a command. Each mistake is reported in one sentence."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from shlex import quote
from textwrap import fill
from typing import Any, NoReturn

from tui_nn.config.setting import is_plain

FILES = ("FILE", "PATH", "RUN", "IMAGE")
"""The placeholders in the help, such as FILE, for the name of a file."""

_REWORDED = {"expected one argument": "needs a value", "ignored explicit argument": "takes no value"}
"""Parts of argparse's messages, each with the words that replace it."""


class CommandError(Exception):
    """An error that ends a command and is printed without a traceback, one sentence on each line."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


class UsageError(CommandError):
    """An error in the command line. The exit code is 2."""


class Failure(CommandError):
    """The error for a command that fails although its command line is right. The exit code is 1."""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a suggestion such as " (did you mean train?)" if one of `names` is similar to the misspelled `word`, else ""."""
    close = get_close_matches(word, list(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


_KNOWN_AS = {
    "--rate": "--learning-rate", "--alpha": "--learning-rate",
    "--weight-decay": "--l2", "--wd": "--l2", "--layers": "--hidden-sizes", "--units": "--hidden-sizes",
    "--threads": "--workers", "--dataset": "--data", "--out": "--output",
}  # fmt: skip
"""Flags of other programs, each with the flag of this program."""


def the_flag_for(word: str, flags: Iterable[str]) -> str:
    """Return a suggestion such as " (did you mean --learning-rate?)" for a flag that does not exist, else "".

    If `word` is a flag of another program, the suggestion is the flag with the same meaning. Otherwise, it is the flags
    that begin with the word, then flags that contain the word, and at last a flag with a similar spelling.
    """
    there = [flag for flag in flags if flag.startswith("--")]
    part = word.lstrip("-").rstrip("s")
    meant = [flag for flag in there if flag == _KNOWN_AS.get(word)]
    meant = meant or [flag for flag in there if len(part) > 1 and flag.startswith(f"--{part}")]
    meant = meant or [flag for flag in there if part in (piece.rstrip("s") for piece in flag[2:].split("-"))]
    meant = meant or get_close_matches(word, there, n=1, cutoff=0.8)
    return f" (did you mean {' or '.join(meant)}?)" if 0 < len(meant) <= 3 else ""


class Parser(argparse.ArgumentParser):
    """The parser of one command, or of `tui-nn` without a command."""

    def __init__(self, program: str, about: str, examples: str, commands: Mapping[str, str]) -> None:
        """Make the parser. Its help consists of the sentence `about`, the lines of `examples` and the list of `commands`."""
        listed = "".join(f"  {name:17}{purpose}\n" for name, purpose in commands.items())
        listed = f"commands:\n{listed}\ntui-nn COMMAND --help lists the options of a command.\n\n" if listed else ""
        super().__init__(
            prog=program,
            description=fill(" ".join(about.split()), 80),
            epilog=f"{listed}examples:\n" + "".join(f"  {line}\n" for line in examples.splitlines()),
            usage=f"{program} [options]\n       {program} COMMAND [options]" if commands else None,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        self._commands = commands
        # This pattern finds negative numbers. Without it, argparse reads "-inf" as a flag, and before Python 3.14 also "-1e-3".
        self._negative_number_matcher = re.compile(r"-(\.?\d|inf|nan)")

    def parse(self, argv: list[str]) -> argparse.Namespace:
        """Return the parsed arguments.

        Raises:
            UsageError: if the command line is wrong; the message is one sentence.
            SystemExit: after --help or --version.
        """
        if self.usage is None:
            needed = [" ".join((*a.option_strings[:1], str(a.metavar))) for a in self._actions if a.required]
            self.usage = " ".join((self.prog, *needed, "[options]"))
        self._check_dashes(argv)
        arguments, unknown = self.parse_known_args(argv)
        if not unknown:
            self._check_names(arguments)
            return arguments
        word = unknown[0]
        if word.startswith("-") and word != "-":
            flags = (option for action in self._actions for option in action.option_strings)
            word = word.partition("=")[0]
            raise UsageError(f"there is no option {word}{the_flag_for(word, flags)}; {self.prog} --help lists them all")
        if word in self._commands:
            raise UsageError(f"'{word}' is a command and must come first: {self.prog} {word} [options]")
        if self._commands and os.path.isfile(word):
            raise UsageError(f"'{word}' is a file, not a command; to open a saved run: {self.prog} --run {quote(word)}")
        if self._commands:
            if os.path.isfile(word) or word.endswith((".run", ".npz")):
                flag = "--data" if word.endswith(".npz") else "--run"
                raise UsageError(
                    f"'{word}' is a file, not a command; to open it, use tui-nn {flag} {shlex.quote(word)}"
                )
            names = f"the commands are {', '.join(self._commands)}"
            raise UsageError(f"there is no command '{word}'{did_you_mean(word, self._commands)}; {names}")
        raise UsageError(f"the argument '{word}' is one too many; {self.prog} --help lists the arguments")

    def _check_dashes(self, argv: list[str]) -> None:
        """Raise UsageError for the name of a file that begins with "-" and would be read as an option."""
        flags = {option: action for action in self._actions for option in action.option_strings}
        before = None
        for word in argv:
            is_flag = word.partition("=")[0] in flags
            of_file = before is not None and before.metavar in FILES
            if word.startswith("-") and word != "-" and not is_flag and (of_file or os.path.lexists(word)):
                name = quote(f"./{word}")
                raise UsageError(f"the argument '{word}' begins with '-' like an option; if it is a file, write {name}")
            before = flags.get(word)

    def _check_names(self, arguments: argparse.Namespace) -> None:
        """Raise UsageError for an empty file name, which the system would read as the current directory."""
        for action in self._actions:
            given = getattr(arguments, action.dest, None)
            if action.metavar in FILES and "" in (given if isinstance(given, list) else [given]):
                raise UsageError(
                    f"{[*action.option_strings, action.metavar][0]} is empty: it must be the name of a file"
                )

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with the error message of argparse in this program's words."""
        message = re.sub(rf"^argument (\S+?)(/\S+)?: (?:({'|'.join(_REWORDED)}).*)?", _reword, message)
        if missing := re.fullmatch(r"the following arguments are required: (.*)", message):
            names = missing[1].replace(", ", " and ") + (" are" if ", " in missing[1] else " is")
            message = f"{names} missing; {self.prog} --help lists the arguments"
        raise UsageError(message)

    def print_help(self, file: Any = None) -> None:
        """Print the help to stdout. Characters that the encoding of stdout lacks are replaced."""
        (file or sys.stdout).write(self.format_help())


def _reword(found: re.Match[str]) -> str:
    return f"{found[1]} {_REWORDED.get(found[3], '')}"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """The formatter of the help, with a column of 26 cells for the flags."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, max_help_position=26, **more)


def refused_value(text: str, allowed: str) -> argparse.ArgumentTypeError:
    """Return the error for the value `text` of a flag. `allowed` describes the values that are allowed."""
    return argparse.ArgumentTypeError(f"is '{text}': it must be {allowed}")


def whole_number(low: int, high: int | None = None) -> Any:
    """Return a converter for `add_argument(type=...)`.

    It accepts a whole number from `low`, up to `high` if that is not None.
    """
    allowed = f"a whole number from {low:,}" + ("" if high is None else f" to {high:,}")

    def parse(text: str) -> int:
        try:
            value = int(text) if is_plain(text) else low - 1
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            raise refused_value(text, allowed)
        return value

    return parse
