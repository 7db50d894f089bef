"""Streams of bytes from files that may be compressed with gzip. A stream is unpacked only up to a size that was checked first."""

from __future__ import annotations

import gzip
import os
import zlib
from typing import IO

import numpy as np

from tui_nn.data.dataset import Bytes, DataError

_CHUNK = 2**20


def is_gzip(start: bytes) -> bool:
    """Return whether a file with these first bytes is compressed with gzip."""
    return start[:3] == b"\x1f\x8b\x08"


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return a stream of the contents of an open file, which may be compressed with gzip."""
    start = file.read(3)
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if is_gzip(start) else file  # type: ignore[return-value]


def read_some(stream: IO[bytes], count: int) -> bytes:
    """Return the next `count` bytes, or fewer at the end.

    Raises:
        DataError: if the compressed data are damaged.
    """
    try:
        return stream.read(count)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError("the compressed data are damaged or incomplete; download it again") from error


def read_exactly(stream: IO[bytes], count: int) -> Bytes:
    """Return the rest of a stream, which must have `count` bytes. However large `count` is, the function needs memory only for
    bytes that have arrived.

    Raises:
        DataError: if there are more or fewer bytes.
    """
    contents, there = np.empty(count, np.uint8), 0
    while there < count and (chunk := read_some(stream, min(_CHUNK, count - there))):
        contents[there : there + len(chunk)] = np.frombuffer(chunk, np.uint8)
        there += len(chunk)
    if there < count:
        raise DataError(
            f"the file ends after {there:,} of the {count:,} bytes that its header states; download it again"
        )
    if read_some(stream, 1):
        raise DataError(f"the file goes on after the {count:,} bytes that its header states; download it again")
    return contents


def size_of(file: IO[bytes]) -> int:
    """Return the size of an open file in bytes, before any unpacking."""
    return os.fstat(file.fileno()).st_size
