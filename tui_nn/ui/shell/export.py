"""The dialog that asks for a file and exports the run to it. The ending of the file's name decides the kind of export."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

from tui_nn.data.atomic import free_path, whole_path
from tui_nn.data.dataset import DataError
from tui_nn.engine.messages import Opened
from tui_nn.export.files import KINDS, kind_of, write_export
from tui_nn.export.picture import png_of
from tui_nn.export.plan import ExportError
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.ask_line import LONGEST_PATH, AskLine
from tui_nn.ui.shell.ask import Ask

PICTURES = (".svg", ".png", ".txt")
"""The endings of the files that get a picture of the screen."""

ENDINGS = (
    "The ending of the name decides the kind of file: .py NumPy script, _torch.py PyTorch script, .ipynb "
    "notebook, .npz or .safetensors weights, .csv confusion matrix, _data.npz examples, .svg .png or .txt "
    "picture of this screen."
)


class Export:
    """One export of the run and the screen at the moment of the key press."""

    def __init__(self, app: Any, snapshot: Snapshot, opened: Opened, written: Callable[[str], None]) -> None:
        """Take a picture of the screen of `app`, before a dialog covers it. `written` receives the path of the file."""
        self._app, self._snapshot, self._opened, self._written = app, snapshot, opened, written
        self._svg, self._text = app.export_screenshot(title="tui-nn"), screen_text(app)

    def ask(self) -> None:
        """Ask for a file, and write it. If the file exists, ask whether to replace it."""
        suggestion = free_path(f"{self._snapshot.preset}.py")
        self._app.push_screen(AskLine("Export to", ENDINGS, suggestion, _read, longest=LONGEST_PATH), self._check)

    def _check(self, path: str | None) -> None:
        if path is None:
            return
        if not os.path.lexists(os.path.expanduser(path)):
            self._begin(path)
            return
        question = Ask("Replace the file?", f"The file {whole_path(path)} exists already.", "replace")
        self._app.push_screen(question, lambda sure: self._begin(path) if sure else None)

    def _begin(self, path: str) -> None:
        # Loading the data or drawing a picture can take a second, so the keys must not wait for it.
        self._app.run_worker(self._write(path), name="export")

    async def _write(self, path: str) -> None:
        try:
            await asyncio.to_thread(self._make, path)
        except (ExportError, DataError) as error:
            text = str(error).rstrip(".")
            self._app.notify(f"{text[0].upper()}{text[1:]}.", severity="error", markup=False)
        else:
            self._app.notify(f"Written to {whole_path(os.path.expanduser(path))}", markup=False)
            self._written(path)

    def _make(self, path: str) -> None:
        match os.path.splitext(path.lower())[1]:
            case ".svg":
                write_export(path, self._svg)
            case ".png":
                write_export(path, png_of(self._svg))
            case ".txt":
                write_export(path, self._text)
            case _:
                write_export(path, kind_of(path).make(self._snapshot, self._opened.dataset()))


def _read(path: str) -> str:
    """Return `path` if its ending names a kind of export and a file can be written there.

    Raises:
        ValueError: if the ending is unknown, or no file can be written there.
    """
    if not path:
        raise ValueError("Type the name of a file.")
    if not path.lower().endswith((*PICTURES, *(kind.ending for kind in KINDS.values()))):
        raise ValueError("The name must have one of the endings above.")
    try:
        check_target(path)
    except RunFileError as error:
        raise ValueError(f"{error}.") from None
    return path


def screen_text(app: Any) -> str:
    """Return the text on the screen of `app`, with one line for each row."""
    rows = ("".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips())
    return "\n".join(rows) + "\n"
