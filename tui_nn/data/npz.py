"""Arrays of uint8 in an .npz file, a zip archive, read without trust.

Its zip directory and the headers of its arrays are checked before an array is read, so that a hostile one can neither
fill the memory nor run code.
"""

import os
import stat
import warnings
import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from tui_nn.data.dataset import Bytes, DataError

LARGEST = 2**30
"""Bytes allowed, for the file and for its arrays unpacked; the whole of MNIST unpacks to 55 million."""

HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
"""By the version of the .npy format; the later ones are for field names, which these arrays have not."""

Rows = Mapping[str, tuple[int, ...]]
"""The arrays that must be there, with the shape of one example in each: images, or () for labels."""

_DAMAGED = "its contents are damaged; get it again, or make it again with numpy.savez_compressed"


def read_arrays(source: str | os.PathLike[str], rows: Rows, layout: str) -> dict[str, Bytes]:
    """Read arrays, each uint8 (n, *rows[name]), of an ordinary file of a sane size.

    Other arrays in it are left alone. `~` in the path is the home directory.

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
    """Raise DataError for what must not even be opened."""
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"it is a directory; {layout}")
    if not stat.S_ISREG(status.st_mode):  # to open a fifo would wait for ever
        raise DataError(f"it is not an ordinary file; {layout}")
    if status.st_size > LARGEST:
        raise DataError(f"it has {status.st_size:,} bytes, but at most {LARGEST:,} are allowed; {layout}")


def _read_arrays(file: IO[bytes], rows: Rows, layout: str) -> dict[str, Bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's, on headers written by Python 2: it would land on the screen
            if not zipfile.is_zipfile(file):
                raise DataError(f"it is not an .npz file (a zip archive of arrays), or not a whole one; {layout}")
            with zipfile.ZipFile(file) as archive:
                members = _members(archive, rows, layout)
                return {name: _read_array(archive, member, name, rows[name]) for name, member in members.items()}
    except DataError:
        raise
    except Exception as error:  # on damaged bytes zipfile, zlib, tokenize, ast and NumPy raise a dozen kinds
        raise DataError(_DAMAGED) from error


def _members(archive: zipfile.ZipFile, rows: Rows, layout: str) -> dict[str, zipfile.ZipInfo]:
    """Find the arrays in the zip directory and check what it says of them."""
    listed = archive.namelist()
    missing = [name for name in rows if f"{name}.npy" not in listed]
    if missing:
        raise DataError(f"it has no {' and no '.join(missing)}; {layout}")
    members = {name: archive.getinfo(f"{name}.npy") for name in rows}
    unpacked = sum(member.file_size for member in members.values())
    if unpacked > LARGEST:
        raise DataError(f"it unpacks to {unpacked:,} bytes, but at most {LARGEST:,} are allowed; {layout}")
    # The other methods are never NumPy's, and lzma lets a file name the size of its own buffer.
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members.values()):
        raise DataError("it is packed in a way NumPy never does; make it again with numpy.savez_compressed")
    return members


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, row: tuple[int, ...]) -> Bytes:
    """Read one array, once its header agrees with the layout and with the zip directory."""
    with archive.open(member) as stream:
        shape, fortran_order, dtype = HEADER_READERS[npy.read_magic(stream)](stream)
        if dtype != np.uint8 or len(shape) != 1 + len(row) or shape[1:] != row:
            wanted = "uint8 (n, 28, 28), each pixel 0 to 255" if row else "uint8 (n,), each label 0 to 9"
            raise DataError(f"{name} is {dtype.name} {shape}, but must be {wanted}; save it again so")
        if shape[0] * prod(row) != member.file_size - stream.tell():
            raise DataError(_DAMAGED)
        values = np.frombuffer(stream.read(), dtype=np.uint8)
    return values.reshape(shape, order="F" if fortran_order else "C")
