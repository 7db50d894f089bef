"""Writing a file whole or not at all."""

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
"""Seconds after which a temporary file is taken for one that a killed process left behind."""


def replace_file(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Have `write` fill a file, and put it in the place of `target` once it is safe on the disk.

    Raises:
        OSError: if that cannot be done; what was there is then left as it was.
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
    """Make the rename itself last through a loss of power, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(target: Path) -> None:
    """Remove what killed processes left of earlier saves to the same file."""
    for stale in target.parent.glob(f".{glob.escape(target.name[:40])}.????????.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - stale.stat().st_mtime > STALE:
                stale.unlink()


def whole_path(path: str | os.PathLike[str]) -> str:
    """Where a file is, from the root or from the home folder: "~/networks/a.run"."""
    whole, home = os.path.abspath(path), os.path.join(os.path.expanduser("~"), "")
    return whole.replace(home, "~/", 1) if whole.startswith(home) else whole
