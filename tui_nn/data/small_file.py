"""The reader of small files, such as preferences. Another person or program may have written such a file, so its size
is checked.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def read_small_file(path: Path, most: int) -> bytes:
    """Return the content of a file, or its first `most` + 1 bytes if it is larger.

    Raises:
        OSError: if it cannot be read, or is not an ordinary file. Opening a named pipe, for example, could take
            forever.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OSError(errno.EINVAL, "it is not an ordinary file")
    with path.open("rb") as file:
        return file.read(most + 1)
