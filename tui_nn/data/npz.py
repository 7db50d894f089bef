"""The reader of .npz files, which are zip archives of NumPy arrays. It reads data sets, drawn digits and runs.

It checks every size in the zip directory and in the header of an array before it reads the array. So a hostile file can
neither fill the memory nor run code.
"""

import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tui_nn.data.dataset import Bytes, DataError

LARGEST = 2**30
"""The largest size in bytes of a file, and of its unpacked arrays. The whole of MNIST unpacks to 55 million bytes."""

MOST_MEMBERS = 1000
"""The largest number of arrays in a data file. The zip reader of Python needs about 8 µs for each array."""

LARGEST_RATIO = 200
"""The largest allowed ratio of the unpacked size of a data file to its compressed size. MNIST has a ratio of 5. Files
that unpack to at most 64 MiB are not checked.
"""

LONGEST_ARRAY_HEADER = 4096
"""The longest header of one array, in bytes. NumPy writes 118 bytes."""

ZIP_LIMIT = 65_557
"""The number of bytes at the end of a file that must contain the zip directory's end record (22 bytes and a comment)."""

_LARGEST_DIRECTORY = 2**22
"""The largest zip directory, in bytes. A member takes about 100 bytes of it."""

_CHUNK = 2**20
"""The number of bytes that are unpacked at once, which limits the memory."""

HEADER_READERS = {(1, 0): (npy.read_array_header_1_0, "<H"), (2, 0): (npy.read_array_header_2_0, "<I")}
"""The readers of array headers, by the version of the .npy format: a function, and the format of the header's length.

Later versions of the format are not needed. They only allow more characters in the field names of records, and this
program uses arrays without records.
"""

Rows = Mapping[str, tuple[int, ...]]
"""The names of the arrays that a file must contain, each with the shape of one example. The shape of a label is ()."""

DAMAGED = "the contents are damaged; download it again, or make it again with numpy.savez_compressed"


class MemberError(ValueError):
    """An error for an archive, or an array in it, that cannot be read."""


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """The header of one array in a file."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[Any]
    length: int
    """The number of bytes after the header, according to the zip directory."""

    @property
    def whole(self) -> bool:
        """True if exactly the bytes of the array follow the header."""
        return prod(self.shape) * self.dtype.itemsize == self.length


class NpzReader:
    """An open archive. It lists its arrays, and reads an array after the caller has accepted its header."""

    def __init__(self, file: IO[bytes], compression: Collection[int], most: int = MOST_MEMBERS) -> None:
        """Read the zip directory of a file with at most `most` arrays, packed with one of the methods `compression`.

        Raises:
            MemberError: if the file is not a zip archive or has too many members.
        """
        if not zipfile.is_zipfile(file):
            raise MemberError("the file is not a zip archive")
        if _member_count(file) > most:
            raise MemberError(f"the zip archive contains more than {most:,} arrays")
        self._archive = zipfile.ZipFile(file)
        self._compression = compression
        self._members = {member.filename.removesuffix(".npy"): member for member in self._archive.infolist()}

    @property
    def names(self) -> list[str]:
        """The names of all arrays in the file. A name that occurs twice is listed twice."""
        return [name.removesuffix(".npy") for name in self._archive.namelist()]

    def unpacked(self, name: str) -> int:
        """Return the size of an array with its header, according to the zip directory."""
        return self._members[name].file_size

    def is_packed_as_allowed(self, name: str) -> bool:
        """Return whether an array has one of the allowed compression methods."""
        return self._members[name].compress_type in self._compression

    def header(self, name: str) -> ArrayHeader:
        """Return the header of an array, without reading the array.

        Raises:
            KeyError: if there is no such array.
            MemberError: if the header is too long or wrong.
        """
        member = self._members[name]
        with self._archive.open(member) as stream:
            return _read_header(stream, member.file_size)

    def read(self, name: str, accept: Callable[[ArrayHeader], None]) -> NDArray[Any]:
        """Return an array. `accept` receives its header first, and raises an exception to refuse the array.

        Raises:
            KeyError: if there is no such array.
            MemberError: if its compression method is not allowed, or its header does not fit its size.
        """
        member = self._members[name]
        if not self.is_packed_as_allowed(name):
            raise MemberError("the array is compressed with a method that is not allowed")
        with self._archive.open(member) as stream:
            header = _read_header(stream, member.file_size)
            accept(header)
            if not header.whole or header.dtype.hasobject:
                raise MemberError("the size of the array differs from the shape in its header")
            # A damaged header may claim a size that is too large. This does no harm, because the operating system
            # provides memory only for the bytes that are really written.
            contents = np.empty(header.length, np.uint8)
            if _fill(contents, stream) < header.length or stream.read(1):
                raise MemberError("the size of the array differs from its size in the zip directory")
        values = contents.view(header.dtype)
        values.flags.writeable = False
        return values.reshape(header.shape, order="F" if header.fortran_order else "C")


def _read_header(stream: IO[bytes], size: int) -> ArrayHeader:
    magic = stream.read(npy.MAGIC_LEN)
    reader, form = HEADER_READERS[npy.read_magic(BytesIO(magic))]
    prefix = stream.read(struct.calcsize(form))
    (length,) = struct.unpack(form, prefix)
    if length > LONGEST_ARRAY_HEADER:
        raise MemberError("the header of the array is too long")
    shape, fortran_order, dtype = reader(BytesIO(prefix + stream.read(length)))
    if any(count < 0 for count in shape):
        raise MemberError("the header of the array contains a negative length")
    return ArrayHeader(shape, fortran_order, dtype, size - len(magic) - len(prefix) - length)


def _fill(contents: NDArray[np.uint8], stream: IO[bytes]) -> int:
    """Read bytes into an array until it is full or the stream ends, and return how many were read."""
    there = 0
    while chunk := stream.read(min(_CHUNK, len(contents) - there)):
        contents[there : there + len(chunk)] = np.frombuffer(chunk, np.uint8)
        there += len(chunk)
    return there


def _member_count(file: IO[bytes]) -> int:
    """Return the number of members in the zip directory, counted in its bytes.

    The number in the end record is not used, because Python's zip reader ignores it. A file in the larger format zip64
    could name another directory.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - ZIP_LIMIT))
    tail = file.read(ZIP_LIMIT)
    at = tail.rfind(b"PK\x05\x06")
    if not 0 <= at <= len(tail) - 22 or tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        raise MemberError("the zip directory is missing or of an unknown kind")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if size > _LARGEST_DIRECTORY:
        raise MemberError(f"the zip directory has more than {_LARGEST_DIRECTORY:,} bytes")
    file.seek(max(0, end - len(tail) + at - size))
    members = file.read(size).count(b"PK\x01\x02")
    file.seek(0)
    return members


def read_arrays(source: str | os.PathLike[str], rows: Rows, layout: str) -> dict[str, Bytes]:
    """Return the arrays that `rows` names, read from a file. Each must be uint8 (n, *rows[name]).

    Other arrays in the file are ignored. `~` in the path is the home directory.

    Raises:
        DataError: if the file cannot be used. Its message ends with `layout`, the advice on which file to give.
    """
    with open_file(source, layout) as file:
        return _read_arrays(file, rows, layout)


def open_file(source: str | os.PathLike[str], layout: str) -> IO[bytes]:
    """Open a file and return it. Raise DataError if it is missing, too large or not an ordinary file."""
    try:
        path = Path(source).expanduser()
        _check_kind(path.stat(), layout)
        return path.open("rb")
    except FileNotFoundError as error:
        raise DataError("there is no such file; check the path") from error
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror}); check the path and its permissions") from error
    except DataError:
        raise
    # The path contains a null character, or the path begins with ~ and there is no home directory.
    except (ValueError, RuntimeError) as error:
        raise DataError("this is not a path to a file; check the path") from error


def _check_kind(status: os.stat_result, layout: str) -> None:
    """Raise DataError if the file is not an ordinary file, or is too large."""
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"this is a folder; {layout}")
    if not stat.S_ISREG(status.st_mode):  # Refuse a named pipe before it is opened, because opening could wait forever.
        raise DataError(f"this is not an ordinary file; {layout}")
    if status.st_size > LARGEST:
        raise DataError(f"the file has {status.st_size:,} bytes, but at most {LARGEST:,} are allowed; {layout}")


@contextmanager
def reading_archive() -> Iterator[None]:
    """Turn every error of a damaged archive, which is read inside this context, into a DataError.

    Raises:
        DataError: if the archive is damaged.
        MemoryError: if an array does not fit into the memory.
    """
    try:
        with warnings.catch_warnings():
            # NumPy prints a warning about headers of Python 2, which would appear on the screen.
            warnings.simplefilter("ignore")
            yield
    except (DataError, MemoryError):
        raise
    except MemberError as error:
        raise DataError(f"{DAMAGED} ({error})") from None
    except Exception as error:
        # Damaged bytes make zipfile, zlib, tokenize, ast and NumPy raise many kinds of exceptions.
        raise DataError(DAMAGED) from error


def reader_of_data(file: IO[bytes]) -> NpzReader:
    """Return a reader for an archive of data. Only the compression methods that NumPy writes are allowed.

    An lzma file, for example, could request a buffer of any size.
    """
    return NpzReader(file, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))


def _read_arrays(file: IO[bytes], rows: Rows, layout: str) -> dict[str, Bytes]:
    try:
        with reading_archive():
            if not zipfile.is_zipfile(file):
                raise DataError(
                    f"the file is not an .npz file (a zip archive of arrays), or it is incomplete; {layout}"
                )
            reader = reader_of_data(file)
            _check_listed(reader, os.fstat(file.fileno()).st_size, rows, layout)
            return {name: reader.read(name, partial(_check_array, name, row)) for name, row in rows.items()}
    except MemoryError as error:
        raise DataError(DAMAGED) from error


def _check_listed(reader: NpzReader, size: int, rows: Rows, layout: str) -> None:
    """Raise DataError if an array that `rows` names is missing, too large, or compressed in a way that is not allowed."""
    listed = set(reader.names)
    missing = [name for name in rows if name not in listed]
    if missing:
        raise DataError(f"the file has no {' and no '.join(missing)}; {layout}")
    unpacked = sum(map(reader.unpacked, rows))
    if unpacked > LARGEST:
        raise DataError(f"the file unpacks to {unpacked:,} bytes, but at most {LARGEST:,} are allowed; {layout}")
    if unpacked > max(2**26, LARGEST_RATIO * size):
        raise DataError(
            f"the file unpacks to {unpacked:,} bytes, more than {LARGEST_RATIO} times its size, so it probably "
            f"does not contain pictures; {layout}"
        )
    if not all(map(reader.is_packed_as_allowed, rows)):
        raise DataError(
            "the file is compressed in a way that NumPy never uses; make it again with numpy.savez_compressed"
        )


def _check_array(name: str, row: tuple[int, ...], header: ArrayHeader) -> None:
    """Raise DataError if the header of an array does not fit the layout."""
    shape = header.shape
    if header.dtype != np.uint8 or len(shape) != 1 + len(row) or shape[1:] != row:
        sides = ", ".join(map(str, ("n", *row)))
        wanted = f"uint8 ({sides}), each pixel 0 to 255" if row else "uint8 (n,), each label a class number from 0"
        raise DataError(
            f"the array {name} is {header.dtype.name} {shape}, but it must be {wanted}; save it again in this form"
        )
