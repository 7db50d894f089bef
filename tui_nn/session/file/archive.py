"""The container of a run: a JSON header and some vectors in one file, which is written completely or not at all.

The file is an .npz, a zip archive of NumPy arrays. `numpy.load(file, allow_pickle=False)` opens it too. It is not
compressed, because compression hardly makes weights smaller. So saving is fast, and reading needs no more memory than
the size of the file.
"""

from __future__ import annotations

import json
import os
import stat
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.atomic import Stamp, replace_file
from tui_nn.data.fence import outside
from tui_nn.data.npz import ArrayHeader, MemberError, NpzReader
from tui_nn.data.printable import printable

Vector = NDArray[Any]
"""A one-dimensional array of numbers."""

Layout = Mapping[str, tuple[str, int]]
"""The dtype and length of each vector, by its name."""

LONGEST_HEADER = 1 << 23
"""The longest JSON header, in bytes. A usual header has a few thousand bytes."""

MOST_MARKS = 300_000
"""The largest number of commas and opening brackets in the JSON header. It is enough for about 60,000 edits, or for
2,000 changes of all settings. Each comma or bracket can stand for a Python object, which takes far more memory than one
character.
"""


MOST_VECTORS = 20_000
"""The largest number of vectors in a file. A branch has up to 17 vectors."""


class RunFileError(ValueError):
    """The error for a run that cannot be saved or opened. The message is one sentence that names the file."""


def write_archive(
    path: str | os.PathLike[str],
    header: dict[str, Any],
    vectors: Mapping[str, Vector],
    *,
    synced: bool = True,
    check: Callable[[], None] | None = None,
) -> Stamp:
    """Write a file completely or not at all. An old file stays until the new one is complete.

    If `synced` is True, the old file is replaced only when the disk has stored the new one. `check` is called right
    before the old file is replaced; if it raises an exception, the old file stays. Return the stamp of the new file.

    Raises:
        RunFileError: if the file cannot be written.
    """
    target = check_target(path)
    sealed = header | {"sha256": _digest(header, vectors)}
    text = json.dumps(sealed, allow_nan=False).encode()
    if too_long := _excess(text):
        raise RunFileError(f"{named(path)} was not saved: {too_long}")
    values = np.frombuffer(text, dtype=np.uint8)
    try:
        return replace_file(
            target,
            lambda file: np.savez(file, allow_pickle=False, header=values, **vectors),
            synced=synced,
            check=check,
        )
    except OSError as error:
        raise RunFileError(f"{named(path)} was not saved: {_reason(error)}; the old file did not change") from None


def read_archive(
    path: str | os.PathLike[str],
    formats: Sequence[int],
    layout: Callable[[dict[str, Any]], Layout],
    *,
    only: Collection[str] | None = None,
) -> tuple[dict[str, Any], dict[str, Vector]]:
    """Return the header and the vectors of a file. The vectors are read-only.

    The "format" of the header must be one of `formats`. `layout` receives the header and returns the vectors that the
    file must contain, or raises ValueError. The vectors are read after this check. If `only` is given, just the vectors
    of these names are read. The checksum is then not checked, because it needs all vectors.

    Raises:
        RunFileError: if the file cannot be opened, is of another kind or of a newer format, or is damaged.
    """
    try:
        with _open(path) as file, warnings.catch_warnings():
            # NumPy warns about headers written by Python 2, and its warning would appear on the screen.
            warnings.simplefilter("ignore")
            return _read(path, file, formats, layout, only)
    except RunFileError:
        raise
    except OSError as error:
        raise RunFileError(f"{named(path)} cannot be opened: {_reason(error)}") from None
    # Damaged bytes raise a dozen kinds of exceptions, from zipfile, zlib, tokenize, ast, json and NumPy. So all
    # exceptions are caught.
    except Exception:
        hint = "choose a file that was saved with ctrl+s or --save"
        raise RunFileError(f"{named(path)} is not a saved run, or the file is damaged; {hint}") from None


def check_target(path: str | os.PathLike[str]) -> Path:
    """Return the path of the file that a save to `path` replaces. For a link, it is the file that the link leads to.

    Raises:
        RunFileError: if the save would fail. So a command can report the problem before a long training, not after it.
    """
    if reason := outside(path):
        raise RunFileError(f"{named(path)} cannot be saved: {reason}")
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
        raise RunFileError(f"{named(path)} cannot be saved: the system does not allow that name") from None
    return target


def refuse(path: str | os.PathLike[str], error: Exception) -> NoReturn:
    """Raise a RunFileError for a file with a wrong field, which `error` names."""
    reason = " ".join(str(error).split())
    raise RunFileError(f"{named(path)} cannot be read by this version: {printable(reason)[:300]}") from None


# ---- reading


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    if reason := outside(path):
        raise RunFileError(f"{named(path)} cannot be opened: {reason}")
    place = os.path.expanduser(path)
    # For a named pipe, open() would wait until another program writes into it.
    if not stat.S_ISREG(os.stat(place).st_mode):
        raise RunFileError(f"{named(path)} is not a file; give a file that was saved with ctrl+s or --save")
    return open(place, "rb")


def _read(
    path: str | os.PathLike[str],
    file: BinaryIO,
    formats: Sequence[int],
    layout: Callable[[dict[str, Any]], Layout],
    only: Collection[str] | None,
) -> tuple[dict[str, Any], dict[str, Vector]]:
    reader = NpzReader(file, (zipfile.ZIP_STORED,), MOST_VECTORS)
    text = reader.read("header", partial(_check_header, path)).tobytes()
    if too_long := _excess(text):
        refuse(path, ValueError(too_long))
    header = json.loads(text)
    if not isinstance(header, dict):
        raise MemberError("the header is not a JSON object")
    _check_format(path, header.get("format"), formats)
    try:
        expected = layout(header)
    except (ValueError, OverflowError) as error:
        refuse(path, error)
    counts, needed = Counter(reader.names), {"header", *expected}
    for name in sorted({*counts, *needed}):
        if counts[name] != (name in needed):
            refuse(path, ValueError(f"the array {name[:60]} is missing, repeated or unexpected"))
    wanted = expected if only is None else only
    vectors = {name: _read_vector(path, reader, name, *expected[name]) for name in wanted}
    if header.pop("sha256", None) != _digest(header, vectors) and only is None:
        raise RunFileError(
            f"{named(path)} is damaged, because its checksum is wrong; open a copy of the file, or train again"
        )
    return header, vectors


def _check_format(path: str | os.PathLike[str], form: object, formats: Sequence[int]) -> None:
    if form in formats and not isinstance(form, bool):
        return
    if isinstance(form, int) and form > max(formats):
        raise RunFileError(
            f"{named(path)} was written by a newer tui-nn (format {str(form)[:20]}), and this version reads formats up "
            "to "
            f"{max(formats)}; update tui-nn to open it"
        )
    raise RunFileError(f"{named(path)} has a format that this version cannot read")


def _check_header(path: str | os.PathLike[str], header: ArrayHeader) -> None:
    if header.length > LONGEST_HEADER:
        refuse(path, ValueError(_too_long(header.length)))
    if header.dtype != np.uint8 or len(header.shape) != 1:
        raise MemberError("the header has the wrong type")


def _read_vector(path: str | os.PathLike[str], reader: NpzReader, name: str, dtype: str, count: int) -> Vector:
    """Return the vector of this name, dtype and length. The file may store its bytes in another byte order."""
    expected = np.dtype(dtype)

    def check(header: ArrayHeader) -> None:
        if header.dtype.newbyteorder("=") != expected or header.shape != (count,):
            there = f"{header.dtype.name} {header.shape}"
            refuse(
                path, ValueError(f"{name} is {there}, but the header says that it must be {expected.name} ({count},)")
            )

    return reader.read(name, check).astype(expected, copy=False)


def _excess(text: bytes) -> str:
    """Return a sentence that names the limit that the JSON header exceeds; "" if it exceeds none."""
    marks = sum(map(text.count, (b",", b"[", b"{")))
    if len(text) > LONGEST_HEADER:
        return (
            f"the header has {len(text):,} bytes, but at most {LONGEST_HEADER:,} are allowed; the run has too "
            "many changes"
        )
    if marks > MOST_MARKS:
        return (
            f"the header has {marks:,} values, but at most {MOST_MARKS:,} are allowed; the run has too many "
            "changes or branches"
        )
    return ""


def _digest(header: dict[str, Any], vectors: Mapping[str, Vector]) -> str:
    sha = sha256(json.dumps(header, sort_keys=True, allow_nan=False).encode())
    for name in sorted(vectors):
        sha.update(name.encode())
        sha.update(np.ascontiguousarray(vectors[name]).data)
    return sha.hexdigest()


# ---- words


def _too_long(size: int) -> str:
    return (
        f"the header has {size:,} bytes, but at most {LONGEST_HEADER:,} are allowed; the run has too many changes "
        "or branches"
    )


def named(path: str | os.PathLike[str]) -> str:
    """Return the path as an error message shows it: in quotes and on one line."""
    return f"'{printable(os.fspath(path))}'"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
