"""The real app in a real terminal, idle or training, with each of its overlays open."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from terminal import TUI_NN, Terminal
from waiting import PATIENCE

from tui_nn.data.loading import load_dataset
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import save_run
from tui_nn.session.run.session import Session

OVERLAYS = {
    "no overlay": ("", ""),
    "help": ("?", "esc"),
    "palette": ("\x10", "Search for commands"),
    "branches": ("T", "Branches"),
    "go to": ("g", "Go to epoch"),
    "gradients": ("G", "Check gradients|differences"),
    "microscope": ("m", "step|microscope"),
    "a field": ("1\r", "type|enter"),
}
"""The keys that open each overlay, and a pattern of what it shows."""


def long_run(folder: Path) -> Path:
    """A saved run of two epochs that is planned to train for hours."""
    preset = load_preset("quick-start")
    session = Session(
        load_dataset(None), preset.network, replace(preset.training, epochs=1_000_000), preset=preset.name
    )
    for _ in session.run(2):
        pass
    path = folder / "long.run"
    save_run(path, session.snapshot(), session.dataset)
    return path


@contextmanager
def real_app(*arguments: Any, **options: Any) -> Iterator[Terminal]:
    """The app with these arguments, with the digits on the screen."""
    terminal = Terminal([*TUI_NN, *map(str, arguments)], **options)
    try:
        terminal.wait("untrained|Nothing trained yet|epoch +2 ", PATIENCE)
        yield terminal
    finally:
        terminal.kill()


def begin_training(terminal: Terminal) -> None:
    """Train until the end of the plan."""
    terminal.type("r")
    terminal.wait("running", PATIENCE)


def open_overlay(terminal: Terminal, name: str) -> None:
    """Open an overlay, and wait until it is drawn."""
    keys, shown = OVERLAYS[name]
    if keys:
        terminal.forget()
        terminal.type(keys)
        terminal.wait(shown, PATIENCE)


class Processes:
    """The app and everything that it has started."""

    def __init__(self, terminal: Terminal) -> None:
        """Find them."""
        self._terminal = terminal
        self._stack = ExitStack()
        self._children = {}
        for pid in terminal.children():
            try:
                self._children[pid] = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            self._stack.callback(os.close, self._children[pid])

    def end_within(self, seconds: float) -> float:
        """Block until all have ended; the seconds that this took.

        Raises:
            AssertionError: if one is still there after `seconds`.
        """
        start = time.perf_counter()
        with self._stack:
            self._terminal.end(seconds)
            for pid, ended in self._children.items():
                left = max(start + seconds - time.perf_counter(), 0)
                assert select.select([ended], [], [], left)[0], f"process {pid} is still there after {seconds} s"
        return time.perf_counter() - start
