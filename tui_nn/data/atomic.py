"""Atomic writing: a file is replaced completely, or stays unchanged."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

STALE = 3600.0
"""A temporary file that is older than this, in seconds, was probably left by a killed process."""


def replace_file(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Create a temporary file, let `write` fill it, and rename it to `target` when the disk has stored it.

    Raises:
        OSError: if the file cannot be written or renamed. `target` is then unchanged.
    """
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sync_directory(target.parent)
    _sweep(target)


def _sync_directory(directory: Path) -> None:
    """Ask the system to store the new name of the file on disk, so that it survives a loss of power.

    Not every system can do this.
    """
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(target: Path) -> None:
    """Remove temporary files of killed processes that were saving to the same target."""
    for stale in target.parent.glob(f".{glob.escape(target.name[:40])}.????????.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - stale.stat().st_mtime > STALE:
                stale.unlink()


def whole_path(path: str | os.PathLike[str]) -> str:
    """Return the complete path of a file, from the root or from the home folder, such as "~/networks/a.run"."""
    whole, home = os.path.abspath(path), os.path.join(os.path.expanduser("~"), "")
    return whole.replace(home, "~/", 1) if whole.startswith(home) else whole
