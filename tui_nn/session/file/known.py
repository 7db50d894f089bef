"""The files that this process has read or written. Before it writes a file again, it checks that no other program has
changed the file.
"""

from __future__ import annotations

import os

from tui_nn.data.atomic import Stamp, stamp_of
from tui_nn.session.file.archive import RunFileError, named


class FileChangedError(RunFileError):
    """An error for a file that another program, or another tui-nn, has changed. The message is one sentence."""


class KnownFiles:
    """The state of each file at the time when this process last read or wrote it."""

    def __init__(self) -> None:
        """Begin without files."""
        self._stamps: dict[str, Stamp | None] = {}

    def note(self, path: str | os.PathLike[str]) -> None:
        """Note the present state of a file. Call this before the file is read."""
        self._stamps[_key(path)] = stamp_of(_key(path))

    def note_written(self, path: str | os.PathLike[str], stamp: Stamp) -> None:
        """Note the state of a file that this process has written."""
        self._stamps[_key(path)] = stamp

    def check(self, path: str | os.PathLike[str]) -> None:
        """Check that a file may be replaced: it is new or empty, or no other program has changed it.

        Raises:
            FileChangedError: if another program has changed the file.
        """
        key = _key(path)
        stamp = stamp_of(key)
        if stamp is None or stamp.size == 0 or stamp == self._stamps.get(key):
            return
        if key in self._stamps:
            raise FileChangedError(f"{named(path)} has changed since this run was read from it or saved to it")
        raise FileChangedError(f"{named(path)} exists already")


def _key(path: str | os.PathLike[str]) -> str:
    return os.path.realpath(os.path.expanduser(path))
