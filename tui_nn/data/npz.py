"""The one reader of .npz files, zip archives of NumPy arrays. It trusts nothing that it reads.

Every size is taken from the zip directory and from the header of an array, and is checked before the array is read. So a
hostile file can neither fill the memory nor run code. Data sets, drawn digits and runs are all read here.
"""

import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Collection, Mapping
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
"""Bytes allowed, for the file and for its arrays unpacked; the whole of MNIST unpacks to 55 million."""

MOST_MEMBERS = 40_000
"""Arrays that a file may hold. Python's zip reader takes about 8 µs for each."""

LONGEST_ARRAY_HEADER = 4096
"""Bytes of the header of one array; NumPy writes 118."""

ZIP_LIMIT = 65_557
"""Bytes at the end of a file among which the end of the zip directory is: 22 of its own, and the longest comment."""

HEADER_READERS = {(1, 0): (npy.read_array_header_1_0, "<H"), (2, 0): (npy.read_array_header_2_0, "<I")}
"""By the version of the .npy format, with the form of the length. Later versions are for field names, not used here."""

Rows = Mapping[str, tuple[int, ...]]
"""The arrays that a file must hold, with the shape of one example in each: images, or () for labels."""

_DAMAGED = "its contents are damaged; get it again, or make it again with numpy.savez_compressed"


class MemberError(ValueError):
    """An archive, or an array in it, that is not what it must be; the message is a fragment for a sentence."""


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """The header of one array in a file."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[Any]
    length: int
    """Bytes that follow it, by the zip directory."""

    @property
    def whole(self) -> bool:
        """Whether exactly the bytes of the array follow."""
        return prod(self.shape) * self.dtype.itemsize == self.length


class NpzReader:
    """An open archive. It lists its arrays, and reads one after its header has been accepted."""

    def __init__(self, file: IO[bytes], compression: Collection[int]) -> None:
        """Read the zip directory of a file. `compression` names the methods that its arrays may have.

        Raises:
            MemberError: if it is no zip archive, or has too many members.
        """
        if not zipfile.is_zipfile(file):
            raise MemberError("no zip archive")
        if _member_count(file) > MOST_MEMBERS:
            raise MemberError("too many members")
        self._archive = zipfile.ZipFile(file)
        self._compression = compression
        self._members = {member.filename.removesuffix(".npy"): member for member in self._archive.infolist()}

    @property
    def names(self) -> list[str]:
        """The names of all arrays in the file, as often as they are in it."""
        return [name.removesuffix(".npy") for name in self._archive.namelist()]

    def unpacked(self, name: str) -> int:
        """Return the size of an array and its header, by the zip directory."""
        return self._members[name].file_size

    def is_packed_as_allowed(self, name: str) -> bool:
        """Whether an array has one of the allowed compression methods."""
        return self._members[name].compress_type in self._compression

    def read(self, name: str, accept: Callable[[ArrayHeader], None]) -> NDArray[Any]:
        """Read an array. `accept` gets its header first, and raises an exception if it must not be read.

        Raises:
            KeyError: if there is no such array.
            MemberError: if it is packed in another way, or its header does not fit its size.
        """
        member = self._members[name]
        if not self.is_packed_as_allowed(name):
            raise MemberError("packed in another way")
        with self._archive.open(member) as stream:
            header = _read_header(stream, member.file_size)
            accept(header)
            if not header.whole or header.dtype.hasobject:
                raise MemberError("another size than its header says")
            values = np.frombuffer(stream.read(header.length), dtype=header.dtype)
            if len(values) != prod(header.shape) or stream.read(1):
                raise MemberError("another size than the zip directory says")
        return values.reshape(header.shape, order="F" if header.fortran_order else "C")


def _read_header(stream: IO[bytes], size: int) -> ArrayHeader:
    magic = stream.read(npy.MAGIC_LEN)
    reader, form = HEADER_READERS[npy.read_magic(BytesIO(magic))]
    prefix = stream.read(struct.calcsize(form))
    (length,) = struct.unpack(form, prefix)
    if length > LONGEST_ARRAY_HEADER:
        raise MemberError("a header that is too long")
    shape, fortran_order, dtype = reader(BytesIO(prefix + stream.read(length)))
    if any(count < 0 for count in shape):
        raise MemberError("a shape below 0")
    return ArrayHeader(shape, fortran_order, dtype, size - len(magic) - len(prefix) - length)


def _member_count(file: IO[bytes]) -> int:
    """Return the number of members that the end of the zip directory states; Python's reader would list them first."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - ZIP_LIMIT))
    tail = file.read(ZIP_LIMIT)
    at = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    # 0xFFFF stands for a larger number, stated elsewhere: more than is allowed.
    return int(struct.unpack_from("<H", tail, at + 10)[0]) if 0 <= at <= len(tail) - 22 else MOST_MEMBERS + 1


def read_arrays(source: str | os.PathLike[str], rows: Rows, layout: str) -> dict[str, Bytes]:
    """Read arrays, each uint8 (n, *rows[name]), of an ordinary file of a sane size.

    Other arrays in it are ignored. `~` in the path is the home directory.

    Raises:
        DataError: whatever is wrong; `layout` says what to give instead.
    """
    with open_file(source, layout) as file:
        return _read_arrays(file, rows, layout)


def open_file(source: str | os.PathLike[str], layout: str) -> IO[bytes]:
    """Open an ordinary file of a sane size; raise DataError for any other."""
    try:
        path = Path(source).expanduser()
        _check_kind(path.stat(), layout)
        return path.open("rb")
    except FileNotFoundError as error:
        raise DataError("there is no such file; check the path") from error
    except OSError as error:
        raise DataError(f"it cannot be read ({error.strerror}); check the path and its permissions") from error
    except DataError:
        raise
    except (ValueError, RuntimeError) as error:  # a null character; a ~ that is nobody's home
        raise DataError("this is not a path to a file; check it") from error


def _check_kind(status: os.stat_result, layout: str) -> None:
    """Raise DataError for a file that must not even be opened."""
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"it is a directory; {layout}")
    if not stat.S_ISREG(status.st_mode):  # to open a fifo would wait for ever
        raise DataError(f"it is not an ordinary file; {layout}")
    if status.st_size > LARGEST:
        raise DataError(f"it has {status.st_size:,} bytes, but at most {LARGEST:,} are allowed; {layout}")


def _read_arrays(file: IO[bytes], rows: Rows, layout: str) -> dict[str, Bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy warns of headers written by Python 2, over the screen
            if not zipfile.is_zipfile(file):
                raise DataError(f"it is not an .npz file (a zip archive of arrays), or not a whole one; {layout}")
            # NumPy never uses the other methods, and lzma lets a file name the size of its own buffer.
            reader = NpzReader(file, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            _check_listed(reader, rows, layout)
            return {name: reader.read(name, partial(_check_array, name, row)) for name, row in rows.items()}
    except DataError:
        raise
    except Exception as error:  # on damaged bytes zipfile, zlib, tokenize, ast and NumPy raise a dozen kinds
        raise DataError(_DAMAGED) from error


def _check_listed(reader: NpzReader, rows: Rows, layout: str) -> None:
    """Check what the zip directory says of the arrays."""
    listed = set(reader.names)
    missing = [name for name in rows if name not in listed]
    if missing:
        raise DataError(f"it has no {' and no '.join(missing)}; {layout}")
    unpacked = sum(map(reader.unpacked, rows))
    if unpacked > LARGEST:
        raise DataError(f"it unpacks to {unpacked:,} bytes, but at most {LARGEST:,} are allowed; {layout}")
    if not all(map(reader.is_packed_as_allowed, rows)):
        raise DataError("it is packed in a way NumPy never does; make it again with numpy.savez_compressed")


def _check_array(name: str, row: tuple[int, ...], header: ArrayHeader) -> None:
    """Check the header of an array against the layout."""
    shape = header.shape
    if header.dtype != np.uint8 or len(shape) != 1 + len(row) or shape[1:] != row:
        sides = ", ".join(map(str, ("n", *row)))
        wanted = f"uint8 ({sides}), each pixel 0 to 255" if row else "uint8 (n,), each label 0 to 9"
        raise DataError(f"{name} is {header.dtype.name} {shape}, but must be {wanted}; save it again so")
