"""A session script: the commands and the views of one session of the app, as lines of text that can be replayed.

    tui-nn session 1
    # A comment.
    begin quick-start hidden-sizes=64 seed=3
    size 80x24

    look train
    step-epoch
    look inspect/unit layer=0 unit=5

The first line names the format. The head describes the start of the session. `begin PRESET setting=value ...` begins
with a new network, and `continue FILE` with a saved run. `data PATH` names the data, and `size WxH` the size of the
screen. Every other line is a command in its text form, or `look` and the text form of a `Look`. A setting that a
command does not name keeps its value.

This module loads neither NumPy nor Textual.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.data.printable import printable
from tui_nn.engine.command_text import CommandTextError, command_text, read_command
from tui_nn.engine.commands import (
    Again,
    Change,
    Command,
    Dismiss,
    OpenRescued,
    Quit,
    Replace,
    Restart,
)
from tui_nn.engine.look import Look, LookTextError, read_look
from tui_nn.engine.messages import Start
from tui_nn.presets import load_preset, preset_names

FORMAT = 1
TITLE = f"tui-nn session {FORMAT}"
"""The first line of every session file."""
LARGEST = 1_000_000
"""The largest size of a session file in bytes."""
SIZES = (60, 20), (500, 200)
"""The smallest and the largest size of the screen, in columns and rows."""

_LEFT_OUT = Quit | Replace | Dismiss | OpenRescued
"""The commands that no session file may contain, because they end the app, or delete or replace files that the script
did not write.
"""


class ScriptError(ValueError):
    """The error for a script that cannot be read. The message is one sentence that names the file and the line."""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a session: its settings, its data and the size of its screen."""

    network: NetworkConfig
    training: TrainingConfig
    preset: str
    data: str | None = None
    """The source of the data; None for the bundled digits."""
    run: str | None = None
    """The run file that the session continues; None for a new network."""
    size: tuple[int, int] = (80, 24)
    """The columns and rows of the screen."""

    @property
    def start(self) -> Start:
        """The message `Start` with which an engine begins this session."""
        return Start(self.network, self.training, self.preset, self.data, run=self.run)

    @property
    def lines(self) -> list[str]:
        """The lines of a session file that describe this start."""
        lines = [] if self.data is None else [f"data {self.data}"]
        if self.run is None:
            network, training = _configs_of(self.preset)
            begun = command_text(Restart(self.network, self.training, self.preset), network, training)
            lines.append("begin" + begun.removeprefix("restart"))
        else:
            lines.append(f"continue {self.run}")
        return [*lines, "size {}x{}".format(*self.size)]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: a view that is shown, or a command."""

    number: int
    """The number of the line in its file, from 1."""
    text: str
    look: Look | None = None
    """The view to show; None if the line is a command."""

    def command(self, network: NetworkConfig, training: TrainingConfig) -> Command:
        """Return the command. The settings that the line leaves out come from `network` and `training`.

        Raises:
            CommandTextError, ConfigError: if the line is not a command.
        """
        return read_command(self.text, network, training)


@dataclass(frozen=True, slots=True)
class Script:
    """A session: its start and its lines."""

    head: Head
    lines: tuple[Line, ...] = field(default=())
    name: str = ""
    """The name of the session file."""

    def wrong(self, line: Line, reason: str) -> ScriptError:
        """Return the error for a line. The reason is a sentence without a capital letter and a full stop."""
        return _wrong(self.name, line.number, reason)


def _wrong(name: str, number: int, reason: str) -> ScriptError:
    return ScriptError(f"{printable(name)}, line {number}: {reason}")


def script_text(head: Head, lines: Iterable[str], remark: str = "") -> str:
    """Return the text of a file: the head, and the lines of commands and looks. `remark` is a comment below the first line."""
    return "\n".join([TITLE, *([f"# {remark}"] if remark else []), *head.lines, "", *lines]) + "\n"


def load_script(path: str | os.PathLike[str]) -> Script:
    """Return the script in a file.

    Raises:
        ScriptError: if the file cannot be read, or a line is wrong.
    """
    name = printable(os.fspath(path))
    try:
        with open(os.path.expanduser(path), "rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ScriptError(f"{name} has more than {LARGEST:,} bytes, so it is not a session")
        script = read_script(raw.decode("utf-8"), name)
    except OSError as error:
        raise ScriptError(f"{name} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ScriptError(f"{name} is not a session: the file is not text in UTF-8") from None
    head, folder = script.head, Path(os.path.expanduser(path)).parent
    if head.run is not None and not os.path.isabs(head.run):
        # A relative path of a run file is read from the folder of the script, so that both files can be moved together.
        script = replace(script, head=replace(head, run=str(folder / head.run)))
    return script


def read_script(text: str, name: str) -> Script:
    """Read a script from its text. Errors contain `name`, the name of the file.

    Raises:
        ScriptError: if a line is wrong.
    """
    numbered = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    numbered = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    first = numbered.pop(0) if numbered else (1, "")
    if not (found := re.fullmatch(r"tui-nn session (\d{1,9})", first[1], re.ASCII)):
        raise _wrong(
            name, first[0], f"{_short(first[1])} is the first line, but the first line of a session must be '{TITLE}'"
        )
    if int(found[1]) != FORMAT:
        raise _wrong(name, first[0], f"the format is {found[1]}, but this version reads only format {FORMAT}")
    network, training = _configs_of("quick-start")
    head = Head(network, training, "quick-start")
    seen: set[str] = set()
    while numbered and (word := numbered[0][1].split()[0]) in _HEAD:
        number, line = numbered.pop(0)
        kind = "begin" if word == "continue" else word
        if kind in seen:
            words = "'begin' or 'continue'" if kind == "begin" else f"'{kind}'"
            raise _wrong(
                name, number, f"{_short(line)} must be removed, because an earlier line already starts with {words}"
            )
        seen.add(kind)
        try:
            head = _HEAD[word](head, line[len(word) :].strip())
        except ValueError as error:
            raise _wrong(name, number, str(error)) from None
    lines = []
    network, training = head.network, head.training
    for number, line in numbered:
        try:
            read = _line(number, line, network, training)
        except ValueError as error:
            raise _wrong(name, number, str(error)) from None
        if read.look is None:
            match read.command(network, training):
                case Restart(network, training) | Again(network, training):
                    pass
                case Change(training):
                    pass
        lines.append(read)
    return Script(head, tuple(lines), name)


def _line(number: int, text: str, network: NetworkConfig, training: TrainingConfig) -> Line:
    """Read one line.

    Raises:
        ValueError: if the text is neither a look nor a command. The message is one sentence.
    """
    word, _, rest = text.partition(" ")
    if word == "look":
        try:
            return Line(number, text, read_look(rest.strip()))
        except LookTextError as error:
            raise ValueError(f"look {error}") from None
    if word in _HEAD:
        raise ValueError(f"{_short(text)} must come before the first command")
    try:
        command = read_command(text, network, training)
    except (CommandTextError, ConfigError) as error:
        raise ValueError(str(error)) from None
    if isinstance(command, _LEFT_OUT):
        raise ValueError(f"a session cannot contain {_short(text)}")
    return Line(number, text)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _configs_of(preset: str) -> tuple[NetworkConfig, TrainingConfig]:
    """Return the network config and the training config of a preset, or the default configs if there is no such preset."""
    if preset not in preset_names():
        return NetworkConfig(), TrainingConfig()
    found = load_preset(preset)
    return found.network, found.training


def _begin(head: Head, rest: str) -> Head:
    preset = rest.split(" ")[0]
    if preset != "custom" and preset not in preset_names():
        raise ValueError(f"there is no preset '{preset}'; the presets are custom, {', '.join(preset_names())}")
    try:
        command = read_command(f"restart {rest}", *_configs_of(preset))
    except CommandTextError as error:
        raise ValueError(str(error).replace("restart ", "begin ", 1)) from None
    assert isinstance(command, Restart)
    return replace(head, network=command.network, training=command.training, preset=command.preset)


def _continue(head: Head, rest: str) -> Head:
    if not rest:
        raise ValueError("continue needs the name of a run file")
    return replace(head, run=rest)


def _data(head: Head, rest: str) -> Head:
    if not rest:
        raise ValueError("data needs the name of a data file, or 'bundled'")
    return replace(head, data=rest)


def _size(head: Head, rest: str) -> Head:
    return replace(head, size=read_size(rest))


def read_size(text: str) -> tuple[int, int]:
    """Read the columns and rows in a text such as "80x24".

    Raises:
        ValueError: if the text is not a size, or the size is not within `SIZES`. The message is one sentence.
    """
    columns, _, rows = text.lower().partition("x")
    if text.isascii() and columns.isdecimal() and rows.isdecimal() and len(text) < 20:
        size = int(columns), int(rows)
        if all(low <= side <= high for low, side, high in zip(SIZES[0], size, SIZES[1], strict=True)):
            return size
    low, high = ("x".join(map(str, bound)) for bound in SIZES)
    raise ValueError(f"the size is '{text}': it must be columns x rows from {low} to {high}")


_HEAD = {"begin": _begin, "continue": _continue, "data": _data, "size": _size}
"""The words that begin a line of the head (the first lines of a session file), each with the function that reads the line."""
