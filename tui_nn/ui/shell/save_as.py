"""The dialog that asks for the file to save a run to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_nn.ui.kit.ask_line import LONGEST_PATH, AskLine
from tui_nn.ui.shell.unsaved import RunFile

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot


def ask_for_path(file: RunFile, snapshot: Snapshot) -> AskLine[str]:
    """Return a dialog that returns a path to which the run can be saved. It suggests a file that does not exist yet."""

    def read(path: str) -> str:
        # The check imports NumPy.
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
        "Save as", "After this, ctrl+s saves to this file too.", file.suggestion(snapshot), read, longest=LONGEST_PATH
    )
