"""Locks on files. The system releases a lock when the process that holds it ends, even if the process is killed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    _HOLDERS = 8
    """The largest number of processes that share a lock.

    Windows has no shared locks, so each process locks its own byte of the file.
    """

    def lock(file: BinaryIO, *, shared: bool = False) -> None:
        """Lock an open file until it is closed. Several processes can hold a `shared` lock.

        Raises:
            BlockingIOError: if another process holds it.
        """
        for first, count in [(byte, 1) for byte in range(_HOLDERS)] if shared else [(0, _HOLDERS)]:
            file.seek(first)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, count)
                return
            except OSError:
                continue
        raise BlockingIOError
else:
    import fcntl

    def lock(file: BinaryIO, *, shared: bool = False) -> None:
        """Lock an open file until it is closed. A `shared` lock waits while another process holds a lock that is not shared.

        Raises:
            BlockingIOError: if the lock is not shared and another process holds one.
            OSError: if the file system has no locks.
        """
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)


def hold(path: Path, *, shared: bool = False) -> BinaryIO:
    """Open and lock a file, which is created if it does not exist. The lock ends when the returned file is closed.

    Raises:
        BlockingIOError: if the lock is not shared and another process holds one.
        OSError: if the file cannot be opened, or the file system has no locks.
    """
    while True:
        file = path.open("ab")
        try:
            lock(file, shared=shared)
        except OSError:
            file.close()
            raise
        if is_at(file, path):
            return file
        # Try again, because another process has removed the file after it was opened and before it was locked.
        file.close()


@contextlib.contextmanager
def alone(path: Path, patience: float) -> Iterator[None]:
    """Return a context in which only this process holds a lock, so that it can read a file and write it again.

    `path` is a separate lock file, which is removed afterwards. If the file system has no locks, or the folder cannot
    be written, nothing is locked. The code that writes the file reports a folder that cannot be written.

    Raises:
        BlockingIOError: if another process does not release the lock within `patience` seconds.
    """
    end = monotonic() + patience
    with contextlib.ExitStack() as stack:
        while True:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(hold(path))
                stack.callback(_remove, path)
                break
            except BlockingIOError:
                if monotonic() > end:
                    raise
                sleep(0.01)
            except OSError:
                break
        yield


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def is_at(file: BinaryIO, path: Path) -> bool:
    """Return whether `path` still leads to this open file, and not to a newer file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
