"""The fence: a limit on the files that a session in a browser may use. The visitor must not reach other files of the machine.

`tui-nn serve` sets the two environment variables for each session. If a user has chosen the name of a file, the function that
opens this file calls `outside` first.
"""

from __future__ import annotations

import os

FENCE = "TUI_NN_FENCE"
"""The environment variable with the only folder in which a session may read and write."""

READABLE = "TUI_NN_FENCE_DATA"
"""The environment variable with one more path that a session may read: the data with which it began."""


def outside(path: str | os.PathLike[str]) -> str:
    """Return the reason why the program must not use `path`; "" if the path is in the allowed folder, or if all folders
    are allowed.
    """
    fence = os.environ.get(FENCE)
    if fence is None or _is_in(path, fence):
        return ""
    return "the file is outside the folder of this session; give the name of a file without a folder"


def unreadable(path: str | os.PathLike[str]) -> str:
    """Return the reason why the program must not read data at `path`; "" if reading is allowed. The data of the session
    may always be read.
    """
    given = os.environ.get(READABLE)
    return "" if given is not None and _real(path) == _real(given) else outside(path)


def _real(path: str | os.PathLike[str]) -> str:
    return os.path.realpath(os.path.expanduser(path))


def _is_in(path: str | os.PathLike[str], folder: str) -> bool:
    try:
        return os.path.commonpath((_real(path), _real(folder))) == _real(folder)
    except ValueError:  # The path is not allowed, or it is on another drive.
        return False
