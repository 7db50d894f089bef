"""The files of the run: the keys that save or export it, and the engine's answers to a save."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui_nn.data.printable import printable
from tui_nn.engine.commands import Replace, Save
from tui_nn.ui.kit.ask_line import LONGEST_PATH, AskLine
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.unsaved import RunFile

if TYPE_CHECKING:
    from tui_nn.engine.messages import OpenedRun, SaveRefused
    from tui_nn.home.home import Home
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.main_screen import MainScreen


class Saving:
    """An object that saves and exports the run of the main screen. It asks for a file name where it needs one."""

    def __init__(self, screen: MainScreen, file: RunFile, home: Home) -> None:
        """Show dialogs on `screen`. `file` is the file of the present run, and `home` remembers the files."""
        self._screen, self._file, self._home = screen, file, home

    # ---- keys

    def save(self) -> None:
        """Save the run: to its own file, or to a new one."""
        if self._file.needs_name:
            self.save_as()
        elif (snapshot := self._screen.snapshot) is not None:
            self._screen.send(Save(self._file.path_to_save(snapshot)))

    def save_as(self) -> None:
        """Ask for a file, and save the run to it."""

        def save_to(path: str | None) -> None:
            if path is not None and (snapshot := self._screen.snapshot) is not None:
                self._screen.send(Save(self._file.path_to_save(snapshot, path)))

        if self._screen.snapshot is not None:
            self._screen.app.push_screen(ask_for_path(self._file, self._screen.snapshot), save_to)

    def export(self) -> None:
        """Ask for a file. Write the run or a picture of the screen to it."""
        snapshot, opened = self._screen.snapshot, self._screen.opened
        if snapshot is not None and opened is not None:
            # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
            from tui_nn.ui.shell.export import Export

            Export(self._screen.app, snapshot, opened, self._hand_over).ask()

    # ---- answers of the engine

    def answered(self, *, is_error: bool) -> None:
        """Note that the engine has written the file, or that it could not (`is_error`)."""
        if is_error:
            self._file.not_saved()
            return
        self._file.saved()
        if self._file.path is not None:
            self._home.remember_run(self._file.path)
            self._hand_over(self._file.path)

    def refused(self, refused: SaveRefused) -> None:
        """Ask whether the engine may replace a file that contains something else."""
        self._file.not_saved()

        def replace_it(sure: bool | None) -> None:
            if sure and (snapshot := self._screen.snapshot) is not None:
                self._screen.send(Replace(self._file.path_to_save(snapshot, refused.path)))

        reason = f"{refused.reason[0].upper()}{refused.reason[1:]}. To keep the file, press esc and then S."
        self._screen.app.push_screen(Ask("Replace the file?", reason, "replace"), replace_it)

    def opened(self, message: OpenedRun) -> None:
        """Note that the engine has opened another run from a file."""
        self._file.opened(message.path, message.run, self._screen.snapshot)
        self._home.remember_run(message.path)
        self._screen.notify(f"opened {printable(message.path)}", markup=False)

    def _hand_over(self, path: str) -> None:
        """Let the browser download the saved file, if the app runs in a browser."""
        if self._screen.app.is_web:
            self._screen.app.deliver_binary(os.path.expanduser(path))


def ask_for_path(file: RunFile, snapshot: Snapshot) -> AskLine[str]:
    """Return a dialog that asks for a path to which the run can be saved. It suggests a file that does not exist yet."""

    def read(path: str) -> str:
        # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.session.file.archive import check_target

        wrong = file.fault(path) if path else "The name is empty: type the name of a file."
        if wrong:
            raise ValueError(wrong)
        try:
            check_target(path)
        except ValueError as error:
            raise ValueError(f"{error}.") from None
        return path

    return AskLine(
        "Save as", "From then on, ctrl+s saves to the same file.", file.suggestion(snapshot), read, longest=LONGEST_PATH
    )
