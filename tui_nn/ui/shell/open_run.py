"""The dialog that lists recent and unsaved runs, and opens the chosen one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_nn.data.fence import outside
from tui_nn.data.printable import printable
from tui_nn.engine.commands import OpenRescued, OpenRun
from tui_nn.render.cells import to_left
from tui_nn.render.numbers import percent
from tui_nn.session.file.recent import recent_runs
from tui_nn.session.file.summary import FileSummary
from tui_nn.ui.kit.ask_line import LONGEST_PATH, AskLine
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.kit.roles import KEY, MUTED, SOFT

OTHER_FILE = ""
"""The result of the dialog if the person wants a file that is not in the list."""

_WIDTH = 70


async def choose_run(screen: Screen[Any], paths: Iterable[str]) -> None:
    """List the unsaved runs and the files `paths` over `screen`. Ask the screen to open the chosen run."""
    runs = await asyncio.to_thread(recent_runs, paths)
    unsaved = {run.path for run, is_unsaved in runs if is_unsaved}

    def open_run(path: str | None) -> None:
        if path == OTHER_FILE:
            screen.app.push_screen(ask_for_run(), open_run)
        elif path is not None:
            command = OpenRescued(path) if path in unsaved else OpenRun(path)
            screen.post_message(StartOver(command, "Open another run?"))

    screen.app.push_screen(OpenRunDialog(runs), open_run)


class OpenRunDialog(Dialog[str | None]):
    """A dialog that lists runs, the newest first. It returns the path of the chosen run, `OTHER_FILE`, or None."""

    DEFAULT_CSS = """
    OpenRunDialog > Vertical { width: 76; max-height: 90%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "other", "another file"),
        Binding("escape", "close", "close"),
    ]

    def __init__(self, runs: Sequence[tuple[FileSummary, bool]]) -> None:
        """List `runs`: pairs of the summary of a file, and True if the app ended before this run was saved."""
        super().__init__()
        self._runs = runs

    def compose(self) -> ComposeResult:
        """Yield the widgets: the heading, the runs, and the row of keys."""
        with Vertical():
            yield Static(Content.assemble(("Open a run", "bold")))
            if self._runs:
                yield OptionList(*(Option(_row(*run)) for run in self._runs))
            else:
                yield Static(Content.styled("\nYou have not saved or opened a run yet.\n", SOFT))
            enter = (("enter", KEY), " open it    ") if self._runs else ()
            yield Static(Content.assemble(*enter, ("f", KEY), " another file    ", ("esc", KEY), " close"))

    def on_mount(self) -> None:
        """Put the cursor on the newest run."""
        if self._runs:
            self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._runs[event.option_index][0].path)

    def action_other(self) -> None:
        """Close the dialog, so that another dialog can ask for the path."""
        self.dismiss(OTHER_FILE)


def ask_for_run() -> AskLine[str]:
    """Return a dialog that returns the path of an existing file."""

    def read(path: str) -> str:
        if reason := outside(path):
            raise ValueError(f"'{printable(path)}' cannot be opened: {reason}.")
        if not os.path.isfile(os.path.expanduser(path)):
            raise ValueError(f"There is no file '{printable(path)}'." if path else "Type the name of a file.")
        return path

    return AskLine(
        "Open a run", "Open a file that was saved with ctrl+s or with train --save.", "", read, longest=LONGEST_PATH
    )


def _row(run: FileSummary, is_unsaved: bool) -> Content:
    name = "not saved" if is_unsaved else printable(os.path.basename(run.path))
    facts = f"{run.preset}, {'-'.join(map(str, run.sizes))}, epoch {run.epoch:,}, test {percent(run.test_accuracy)}"
    return Content.assemble(
        (to_left(name, 52), "bold"),
        (f"{run.written:%Y-%m-%d %H:%M}\n", MUTED),
        (to_left(f"  {facts}", _WIDTH).rstrip(), SOFT),
    )
