"""Atomic writing: a file is replaced completely, or stays unchanged.

A temporary file is locked while its process writes it. A temporary file without a lock was left by a killed process. It
is removed by the next save to the same target, or by `sweep` at the next start of the app.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tui_nn.data.fence import outside
from tui_nn.data.locks import is_at, lock

STALE = 3600.0
"""A temporary file that is older than this number of seconds was probably left by a killed process. The age decides only on file
systems without locks.
"""

_TEMPORARY = "????????.tui-nn.tmp"
_OLDER = "????????.tmp"
"""The endings that mark a file as temporary, in this version and in older versions of the program."""

_RENAMES_OPEN_FILES = os.name == "posix"


class Stamp(NamedTuple):
    """The number, size and time of a file. They show whether the file was written or replaced."""

    number: int
    """The number of the file in its file system."""
    size: int
    """The size of the file in bytes."""
    written: int
    """The time of the last change of the file's content, in nanoseconds."""


def stamp_of(path: str | os.PathLike[str]) -> Stamp | None:
    """Return the `Stamp` of a file, which shows whether the file was changed; None if there is no file."""
    try:
        return _stamp(os.stat(path))
    except OSError:
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)


def replace_file(
    target: Path,
    write: Callable[[BinaryIO], object],
    *,
    synced: bool = True,
    check: Callable[[], None] | None = None,
) -> Stamp:
    """Create a temporary file, let `write` fill it, and rename it to `target`. Return the `Stamp` (facts for comparison) of the new
    file.

    `check` is called right before the renaming. If it raises an exception, `target` is unchanged.

    If `synced` is True, the disk has stored the file before it is renamed, so that a loss of power leaves the old or
    the new file. If `synced` is False, the call is faster, and the file is still safe if the process is killed.

    Raises:
        OSError: if the file cannot be written or renamed. `target` is then unchanged.
    """
    if reason := outside(target):
        raise PermissionError(errno.EACCES, reason)
    temporary, file = _create_temporary(target)
    try:
        with file:
            write(file)
            file.flush()
            if synced:
                os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            if check is not None:
                check()
            stamp = _stamp(os.fstat(file.fileno()))
            if _RENAMES_OPEN_FILES:
                # Rename the file while it is open and locked. Once it is closed, another process may remove it.
                temporary.replace(target)
        if not _RENAMES_OPEN_FILES:
            temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    if synced:
        _sync_directory(target.parent)
    name = glob.escape(target.name[:40])
    _remove_left_over(target.parent, f".{name}.{_TEMPORARY}", f".{name}.{_OLDER}")
    return stamp


def sweep(directory: Path) -> None:
    """Remove the temporary files of killed processes from a directory. Files that cannot be removed stay."""
    _remove_left_over(directory, f".*.{_TEMPORARY}")


def _create_temporary(target: Path) -> tuple[Path, BinaryIO]:
    """Return the path of a new temporary file, and the open file, which is locked."""
    while True:
        temporary = target.with_name(f".{target.name[:40]}.{os.urandom(4).hex()}.tui-nn.tmp")
        file = temporary.open("xb")
        with contextlib.suppress(OSError):  # If the file system has no locks, the file stays unlocked.
            lock(file)
        if is_at(file, temporary):
            return temporary, file
        # Another process has removed the file before it was locked, so try again.
        file.close()


def _remove_left_over(directory: Path, *patterns: str) -> None:
    for pattern in patterns:
        for path in _found(directory, pattern):
            with contextlib.suppress(OSError):
                if _is_left_over(path):
                    path.unlink()


def _is_left_over(temporary: Path) -> bool:
    """Return whether a killed process left this temporary file."""
    with temporary.open("r+b") as file:
        try:
            lock(file)
        except BlockingIOError:
            return False
        except OSError:
            return time.time() - temporary.stat().st_mtime > STALE
    return True


def _found(directory: Path, pattern: str) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from directory.glob(pattern)


def _sync_directory(directory: Path) -> None:
    """Ask the system to store the new name of the file on disk, so that the name survives a loss of power. Some systems
    cannot do this.
    """
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def whole_path(path: str | os.PathLike[str]) -> str:
    """Return the complete path of a file, from the root or from the home folder, such as "~/networks/a.run"."""
    try:
        whole = os.path.abspath(path)
    except OSError:  # If the current folder has been deleted, there is no complete path.
        whole = os.fspath(path)
    home = os.path.join(os.path.expanduser("~"), "")
    return whole.replace(home, "~/", 1) if whole.startswith(home) else whole


def free_path(path: str | os.PathLike[str]) -> str:
    """Return a path at which no file exists: the given path, such as "a.run", or else "a-2.run", "a-3.run" and so on."""
    first = Path(os.path.expanduser(path))
    number, free = 2, first
    while os.path.lexists(free):
        number, free = number + 1, first.with_name(f"{first.stem}-{number}{first.suffix}")
    return str(free)
