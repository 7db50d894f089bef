"""Rescue files. Each keeps the unsaved training of one app, in the folder of the program's state.

While an app runs, it keeps a lock on a file beside its rescue file. The system releases the lock when the process ends, whatever
ends it. The next app offers each rescue file without a lock. This module loads no NumPy, because the app needs it
before its first paint.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tui_nn.data.atomic import sweep
from tui_nn.data.folders import folder
from tui_nn.data.locks import hold


def rescue_folder() -> Path:
    """Return the path of the folder with the rescue files. The folder need not exist."""
    return folder("state") / "rescue"


def new_rescue_path() -> Path:
    """Return the path of a new rescue file in the folder of rescue files. Create the folder if it is missing.

    Raises:
        OSError: if the folder cannot be made.
    """
    directory = rescue_folder()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{os.getpid()}.run"


class RescueFile:
    """A rescue file that this process has locked, so that no other process offers it."""

    def __init__(self, path: Path) -> None:
        """Lock the rescue file at `path`, which need not exist yet. Several processes of one app can share the lock.

        Raises:
            OSError: if the file beside it cannot be locked.
        """
        self.path = path
        self._lock: BinaryIO | None = hold(_lock_of(path), shared=True)

    def remove(self) -> None:
        """Remove the rescue file if it exists. Call this when its run is saved or discarded."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def take_over(self, found: FoundRescue) -> None:
        """Take over the rescue file of another app, which has ended, by renaming that file to `path`.

        Raises:
            OSError: if it cannot be renamed.
        """
        found.path.replace(self.path)
        found.release()

    def release(self) -> None:
        """Release the lock, so that other processes can offer the rescue file if it exists."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            _tidy(self.path)


class FoundRescue:
    """A rescue file of an app that has ended. This process keeps it locked until `release`."""

    def __init__(self, path: Path) -> None:
        """Lock the rescue file at `path`.

        Raises:
            BlockingIOError: if its app still runs, or another app has locked the file.
            FileNotFoundError: if there is no such file any more.
            OSError: if the file beside it cannot be locked.
        """
        self.path = path
        self._lock = hold(_lock_of(path))
        if not path.exists():
            self.release()
            raise FileNotFoundError(path)

    def release(self) -> None:
        """Release the lock. If the rescue file was removed, remove the lock file too."""
        if not self.path.exists():
            with contextlib.suppress(OSError):
                _lock_of(self.path).unlink()
        self._lock.close()


def all_rescue_paths() -> list[Path]:
    """Return all rescue files, the newest first. Some may belong to apps that still run."""
    return sorted(rescue_folder().glob("*.run"), reverse=True)


def found_rescue_paths() -> list[Path]:
    """Return the rescue files that no process has locked, the newest first.

    Also remove the temporary files and the lock files that killed processes left in the folder.
    """
    directory = rescue_folder()
    sweep(directory)
    for lock in directory.glob("*.lock"):
        _tidy(lock.with_suffix(".run"))
    return [path for path in all_rescue_paths() if _is_free(path)]


def delete_rescue(path: Path) -> None:
    """Remove a rescue file that no process has locked.

    Raises:
        OSError: if another process holds it, or it cannot be removed.
    """
    found = FoundRescue(path)
    try:
        path.unlink()
    finally:
        found.release()


def _is_free(path: Path) -> bool:
    try:
        FoundRescue(path).release()
    except OSError:
        return False
    return True


def _tidy(path: Path) -> None:
    """Remove the lock file of a rescue file that is gone, unless a process has locked it."""
    with contextlib.suppress(OSError):
        _is_free(path)


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")
