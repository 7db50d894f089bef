"""The state that the app remembers between two starts, in a file of the state folder: theme, pane and recent runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tui_nn.data.folders import folder
from tui_nn.data.json_file import read_json_file, write_json_file
from tui_nn.data.locks import alone

FORMAT = 1

PATIENCE = 1.0
"""The number of seconds to wait for another app that writes the file."""

MOST_RUNS = 20
"""The number of recent runs that are remembered."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The remembered state of the app. A field is None if the app has not remembered its value."""

    theme: str | None = None
    pane: str | None = None
    zoomed: bool = False
    """True if one pane filled the screen, although there was room for two panes."""
    runs: tuple[str, ...] = ()
    """The whole paths of the run files that were saved or opened last, the newest first."""


def memory_file() -> Path:
    """Return the path of the file with the remembered state. The file need not exist."""
    return folder("state") / "app.json"


def load_memory() -> Memory:
    """Return the remembered state. A damaged file counts as empty, because it holds no work of the user."""
    return read_json_file(memory_file(), _read, Memory())[0]


def remember(**changed: Any) -> str:
    """Store these fields of `Memory` in the file. The file keeps its other fields, because another app may have changed them.

    Return the reason if the file cannot be written, else "".
    """
    return _change(lambda memory: replace(memory, **changed))


def _change(change: Callable[[Memory], Memory]) -> str:
    """Change the remembered state in the file. No other app can write the file between reading and writing it."""
    try:
        with alone(memory_file().with_suffix(".lock"), PATIENCE):
            return _write(change(load_memory()))
    except BlockingIOError:
        return "another program is writing the file"


def _write(memory: Memory) -> str:
    table = {"theme": memory.theme, "pane": memory.pane, "zoomed": memory.zoomed, "runs": list(memory.runs)}
    return write_json_file(memory_file(), {"format_version": FORMAT} | table)


def remember_run(path: str) -> str:
    """Remember a run file as the newest of the recent runs. Return the reason if the file cannot be written, else ""."""
    whole = os.path.abspath(os.path.expanduser(path))
    try:
        whole.encode()
    except UnicodeEncodeError:
        # JSON cannot store a path that is not valid UTF-8, so the app does not remember this run. The run file stays.
        return ""

    def with_run(memory: Memory) -> Memory:
        others = [run for run in memory.runs if run != whole]
        return replace(memory, runs=(whole, *others)[:MOST_RUNS])

    return _change(with_run)


def _read(table: Any) -> Memory:
    if table["format_version"] != FORMAT:
        raise ValueError
    runs = table["runs"]
    names = [name for name in (table["theme"], table["pane"]) if name is not None]
    if not isinstance(runs, list) or not isinstance(table["zoomed"], bool):
        raise TypeError
    if not all(isinstance(text, str) for text in (*runs, *names)):
        raise TypeError
    return Memory(table["theme"], table["pane"], table["zoomed"], tuple(runs[:MOST_RUNS]))
