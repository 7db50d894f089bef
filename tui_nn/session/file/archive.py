"""The container of a run: one JSON header and some vectors, written whole or not at all, and read without trust.

It is an npz (a zip of NumPy arrays) that opens anywhere with `numpy.load(file, allow_pickle=False)`. Nothing in it is
compressed: weights hardly shrink, saving stays quick, and a file can never ask for more memory than it is long.
"""

from __future__ import annotations

import json
import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tui_nn.data.atomic import replace_file
from tui_nn.data.printable import printable

Vector = NDArray[Any]
"""One-dimensional, of any kind of number."""

Layout = Mapping[str, tuple[str, int]]
"""The dtype and length of each vector, by its name."""

LONGEST_HEADER = 1 << 24
"""Bytes. JSON takes many times its length when it is read; a real header has a few thousand."""

_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


class RunFileError(ValueError):
    """A run that cannot be saved or opened; the message is one sentence naming the file."""


def write_archive(path: str | os.PathLike[str], header: dict[str, Any], vectors: Mapping[str, Vector]) -> None:
    """Write a file, whole or not at all: one that was there stays until the new one is safe on the disk.

    Raises:
        RunFileError: if it cannot be written.
    """
    target = check_target(path)
    sealed = header | {"sha256": _digest(header, vectors)}
    text = np.frombuffer(json.dumps(sealed, allow_nan=False).encode(), dtype=np.uint8)
    try:
        replace_file(target, lambda file: np.savez(file, allow_pickle=False, header=text, **vectors))
    except OSError as error:
        raise RunFileError(f"{named(path)} was not saved: {_reason(error)}; nothing that was there is lost") from None


def read_archive(
    path: str | os.PathLike[str], form: int, layout: Callable[[dict[str, Any]], Layout]
) -> tuple[dict[str, Any], dict[str, Vector]]:
    """The header and the read-only vectors of a file that is whole.

    `form` is the number that the header must have as its "format". `layout` tells from the header which vectors there
    must be; it may raise KeyError, TypeError or ValueError. Only then are they read.

    Raises:
        RunFileError: if the file cannot be opened, is something else, or is damaged.
    """
    try:
        with _open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's, on headers written by Python 2: it would land on the screen
            return _read(path, file, form, layout)
    except RunFileError:
        raise
    except OSError as error:
        raise RunFileError(f"{named(path)} cannot be opened: {_reason(error)}") from None
    except Exception:  # on damaged bytes zipfile, zlib, tokenize, ast, json and NumPy raise a dozen kinds
        hint = "give a file that was saved with ctrl+s or --save"
        raise RunFileError(f"{named(path)} is not a run, or is damaged; {hint}") from None


def check_target(path: str | os.PathLike[str]) -> Path:
    """The file that a save to `path` replaces: behind a link the one that it leads to.

    Raises:
        RunFileError: if a save is bound to fail; better known before an hour of training than after.
    """
    try:
        target = Path(os.path.realpath(os.path.expanduser(path)))
        if not target.parent.is_dir():
            raise RunFileError(f"{named(path)} cannot be saved: there is no directory {named(target.parent)}")
        if target.is_dir():
            raise RunFileError(f"{named(path)} cannot be saved: it is a directory; give a file's name")
        if target.exists() and not target.is_file():
            raise RunFileError(f"{named(path)} cannot be saved: it is not an ordinary file")
        protected = target if target.exists() else target.parent
        if not (os.access(target.parent, os.W_OK) and os.access(protected, os.W_OK)):
            raise RunFileError(f"{named(path)} cannot be saved: {named(protected)} is write-protected")
    except OSError as error:
        raise RunFileError(f"{named(path)} cannot be saved: {_reason(error)}") from None
    except ValueError as error:
        if isinstance(error, RunFileError):
            raise
        raise RunFileError(f"{named(path)} cannot be saved: no file can have that name") from None
    return target


def refuse(path: str | os.PathLike[str], error: Exception) -> NoReturn:
    """Raise a RunFileError for a file whose contents make no sense, as `error` found."""
    reason = f"there is no {error} in it" if isinstance(error, KeyError) else " ".join(str(error).split())
    raise RunFileError(f"{named(path)} is not a run this version can read: {printable(reason)[:300]}") from None


# ---- reading


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    place = os.path.expanduser(path)
    if not stat.S_ISREG(os.stat(place).st_mode):  # to open a fifo would wait for ever
        raise RunFileError(f"{named(path)} is not a file; give one that was saved with ctrl+s or --save")
    return open(place, "rb")


def _read(
    path: str | os.PathLike[str], file: BinaryIO, form: int, layout: Callable[[dict[str, Any]], Layout]
) -> tuple[dict[str, Any], dict[str, Vector]]:
    with zipfile.ZipFile(file) as archive:
        members = {member.filename: member for member in archive.infolist()}
        text = _read_vector(archive, members["header.npy"], "uint8", None)
        header = json.loads(text.tobytes())
        if not isinstance(header, dict) or header.get("format") != form:
            raise RunFileError(f"{named(path)} is not a run of format {form}, the one that this version reads")
        try:
            expected = layout(header)
        except (KeyError, TypeError, ValueError) as error:
            refuse(path, error)
        if sorted(archive.namelist()) != sorted(f"{name}.npy" for name in ("header", *expected)):
            raise ValueError("other vectors than the header says")
        vectors = {name: _read_vector(archive, members[f"{name}.npy"], *kind) for name, kind in expected.items()}
    if header.pop("sha256", None) != _digest(header, vectors):
        raise RunFileError(f"{named(path)} is damaged: its checksum does not fit; open a copy, or train again")
    return header, vectors


def _read_vector(archive: zipfile.ZipFile, member: zipfile.ZipInfo, dtype: str, count: int | None) -> Vector:
    """Read a vector of this dtype and length, for None of a header's; nothing before its size is checked."""
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise ValueError("packed")
    with archive.open(member) as stream:
        shape, _, stored = _HEADER_READERS[npy.read_magic(stream)](stream)
        length = member.file_size - stream.tell()
        expected = np.dtype(dtype)
        if (
            stored.newbyteorder("=") != expected
            or shape != (length // expected.itemsize,)
            or length % expected.itemsize
        ):
            raise ValueError("another kind of vector")
        if length > LONGEST_HEADER if count is None else shape != (count,):
            raise ValueError("another length of vector")
        vector = np.frombuffer(stream.read(), dtype=stored)
    return vector.astype(expected, copy=False)


def _digest(header: dict[str, Any], vectors: Mapping[str, Vector]) -> str:
    sha = sha256(json.dumps(header, sort_keys=True, allow_nan=False).encode())
    for name in sorted(vectors):
        sha.update(name.encode())
        sha.update(np.ascontiguousarray(vectors[name]).data)
    return sha.hexdigest()


# ---- words


def named(path: str | os.PathLike[str]) -> str:
    """The path as a sentence names it."""
    return f"'{printable(os.fspath(path))}'"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
