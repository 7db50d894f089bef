"""The recording of a session. A command of the palette begins and ends it, and it writes a session script."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from tui_nn import __version__
from tui_nn.data.atomic import free_path, replace_file
from tui_nn.data.printable import printable
from tui_nn.engine.recorder import Recorder
from tui_nn.engine.script import Head, script_text
from tui_nn.session.run.status import State
from tui_nn.ui.kit.ask_line import LONGEST_PATH, AskLine
from tui_nn.ui.shell.status import StatusLine

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.engine.messages import CarriedOut, Opened
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.main_screen import MainScreen


class Recording:
    """An object that records the commands and views of the main screen after a person has asked for a recording."""

    def __init__(self, screen: MainScreen) -> None:
        """Prepare to record `screen`. The recording begins only when `ask` has asked for its file."""
        self._screen = screen
        self._recorder: Recorder | None = None
        self._head: Head | None = None
        self._path = ""

    @property
    def is_on(self) -> bool:
        """True while a session is recorded."""
        return self._recorder is not None

    @property
    def command(self) -> SystemCommand:
        """The command of the palette that begins or ends a recording. The palette shows it only after you type its name."""
        if self.is_on:
            about = f"Stop the recording, and write it to {printable(self._path)}"
            return SystemCommand("Stop recording", about, self.end, discover=False)
        about = "Record your commands and views in a file, which tui-nn play replays"
        return SystemCommand("Record a session", about, self.ask, discover=False)

    def ask(self) -> None:
        """Ask for the file, and begin."""
        snapshot = self._screen.snapshot
        if snapshot is None or self._screen.opened is None:
            self._screen.notify("The app is still loading the data.", markup=False)
        elif self._screen.lessons.play is not None:
            self._screen.notify("A lesson cannot be recorded. Leave the lesson first.", markup=False)
        elif snapshot.status.state in (State.RUNNING, State.REPLAYING, State.INSIDE):
            self._screen.notify("A recording cannot begin during a training. Pause the training first.", markup=False)
        else:
            question = AskLine(
                "Record a session",
                "Your commands and views are recorded in this file until you stop with ctrl+p.",
                free_path("my.session"),
                _checked,
                longest=LONGEST_PATH,
            )
            self._screen.app.push_screen(question, self._begin)

    async def _begin(self, path: str | None) -> None:
        snapshot, opened = self._screen.snapshot, self._screen.opened
        if path is None or snapshot is None or opened is None:
            return
        run = None
        if not is_new(snapshot):
            run = free_path(f"{os.path.splitext(path)[0]}.run")
            if problem := await asyncio.to_thread(_save, run, snapshot, opened):
                self._say(problem)
                return
        data = None if opened.source == "bundled" or run is not None else opened.source
        size = self._screen.size
        beside = None if run is None else os.path.basename(run)
        self._head = Head(snapshot.network, snapshot.training, snapshot.preset, data, beside, (size.width, size.height))
        self._path, self._recorder = path, Recorder()
        self._show()
        self.look()
        more = f" The recording begins with the run in {printable(run)}." if run is not None else ""
        self._screen.notify(
            f"The recording has begun. To end it, press ctrl+p and choose 'stop recording'.{more}", markup=False
        )

    def look(self) -> None:
        """Record the present view of the screen."""
        if self._recorder is not None:
            self._recorder.saw(self._screen.current_look)

    def sent(self, command: Command) -> None:
        """Record a command, right before it is sent to the engine."""
        if self._recorder is not None:
            self.look()
            self._recorder.sent(command)

    def carried_out(self, done: CarriedOut) -> None:
        """Record that the engine has carried out a command."""
        if self._recorder is not None:
            self._recorder.carried_out(done)
            if self._recorder.ended:
                self.end(f"The recording ended, because {self._recorder.ended}.")

    def end(self, reason: str = "") -> None:
        """End the recording, if there is one, and write the file. `reason` is a sentence for the message about the file."""
        recorder, head = self._recorder, self._head
        if recorder is None or head is None:
            return
        self._recorder = self._head = None
        self._show()
        remark = f"Recorded with tui-nn {__version__}. tui-nn play {os.path.basename(self._path)} replays it."
        text = script_text(head, recorder.lines, remark)
        try:
            replace_file(Path(os.path.realpath(os.path.expanduser(self._path))), lambda file: file.write(text.encode()))
        except OSError as error:
            self._say(f"{reason} {printable(self._path)} cannot be written: {(error.strerror or str(error)).lower()}.")
        else:
            self._screen.notify(f"{reason} Recorded in {printable(self._path)}.".lstrip(), markup=False)

    def _show(self) -> None:
        """Show in the status line whether a session is recorded. When the app ends, the line may be gone already."""
        for line in self._screen.query(StatusLine):
            line.recording = self.is_on

    def _say(self, problem: str) -> None:
        self._screen.notify(problem.strip(), severity="error", markup=False)


def is_new(snapshot: Snapshot) -> bool:
    """Return whether a run is untrained and unchanged, so that its settings describe it completely."""
    untouched = not snapshot.history.changes and len(snapshot.branches) <= 1
    return snapshot.place == (0, 0) and snapshot.newest_epoch == 0 and not snapshot.step and untouched


def _save(path: str, snapshot: Snapshot, opened: Opened) -> str:
    """Save the run with which a recording begins. Return a sentence if the run cannot be saved, else ""."""
    from tui_nn.data.dataset import DataError
    from tui_nn.data.loading import load_dataset
    from tui_nn.session.file.runs import RunFileError, save_run

    try:
        save_run(path, snapshot, load_dataset(opened.source, opened.own))
    except (DataError, RunFileError) as error:
        return f"{error}."
    return ""


def _checked(path: str) -> str:
    """Return the path of a file that can be written.

    Raises:
        ValueError: if the file cannot be written. The message is a sentence.
    """
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.session.file.archive import check_target

    if not path:
        raise ValueError("Type the name of a file.")
    if os.path.exists(os.path.expanduser(path)):
        raise ValueError("This file already exists. Type another name.")
    try:
        check_target(path)
    except ValueError as error:
        raise ValueError(f"{error}.") from None
    return path
