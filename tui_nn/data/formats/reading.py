"""The table of formats, and the reader that finds the format of a file or folder."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.formats.class_folders import has_class_folders, read_class_folders
from tui_nn.data.formats.foreign import foreign_sentence
from tui_nn.data.formats.idx import has_idx_name, is_idx, read_idx_file, read_idx_folder
from tui_nn.data.formats.meaning import dataset_from
from tui_nn.data.formats.npz_arrays import read_npz
from tui_nn.data.formats.part import Contents
from tui_nn.data.formats.stream import is_gzip, read_some, unpacked
from tui_nn.data.formats.table import is_table, read_table
from tui_nn.data.npz import open_file
from tui_nn.data.printable import printable

KINDS = "give an .npz, IDX or CSV file, or a folder that contains one folder of pictures for each class"
"""The advice for a file of an unknown kind."""

_START = 2**14
"""The number of unpacked bytes that decide the format. The header of Kaggle's CSV file has 7,000 bytes."""
_MOST_ENTRIES = 2000
"""The largest number of entries of a folder. The pictures in class folders do not count."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of data: how a file is recognised and read."""

    name: str
    fits: Callable[[bytes, bool], bool]
    """A function that returns True if a file has this format. It takes the beginning of the unpacked contents, and
    whether the file ends like a zip archive.
    """
    read: Callable[[Path], Contents]


def _read_npz(path: Path) -> Contents:
    with open_file(path, KINDS) as file:
        return read_npz(file)


def _read_table(path: Path) -> Contents:
    with open_file(path, KINDS) as file:
        return read_table(file)


FORMATS = (
    Format(".npz", lambda start, is_zip: is_zip, _read_npz),
    Format("IDX", lambda start, is_zip: is_idx(start), read_idx_file),
    Format("CSV", lambda start, is_zip: is_table(start), _read_table),
)
"""The formats of files, in the order in which they are tried."""


def read_data(path: str | os.PathLike[str]) -> Dataset:
    """Read a file or folder of any known format. `~` in the path is the home directory.

    Raises:
        DataError: if the file or folder cannot be used. The message is one sentence that names it.
    """
    source = os.fspath(path)
    try:
        if address := re.match(r"(?i)([a-z][a-z0-9+.-]+)://", source):
            raise DataError(_address(source, address[1]))
        contents = _read(source)
        return dataset_from(contents, printable(Path(_whole(source)).name) or "data", _whole(source))
    except DataError as error:
        raise DataError(f"Cannot use '{printable(source)}': {error}.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(
            f"Cannot use '{printable(source)}': it cannot be read ({reason}); copy it to another place, or give another file."
        ) from error
    except MemoryError as error:
        raise DataError(
            f"Cannot use '{printable(source)}': there is not enough memory for it; give fewer examples."
        ) from error


def _address(source: str, scheme: str) -> str:
    name = printable(source.rstrip("/").rpartition("/")[2]) or "data.npz"
    fetch = (
        f"curl -L -o {quote(name)} {quote(printable(source))}"
        if scheme.lower() in ("http", "https", "ftp")
        else "your browser"
    )
    return f"this is a web address, but --data needs a file: download it with {fetch}, then give --data {quote(name)}"


def _whole(path: str) -> str:
    """Return the absolute path, so that a saved run finds its data from any current folder."""
    try:
        return os.path.abspath(os.path.expanduser(path))
    except OSError:  # If the current folder has been deleted, there is no absolute path.
        return path


def _read(source: str) -> Contents:
    try:
        path = Path(source).expanduser()
        is_folder = source != "" and stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError):
        is_folder, path = (
            False,
            Path(source),
        )  # A wrong path makes `open_file` raise an error that names the path.
    if is_folder:
        try:
            return _read_folder(path)
        except OSError as error:
            raise DataError(f"the file cannot be read ({error.strerror or error}); check its permissions") from error
    with open_file(source, KINDS) as file:
        is_zip = zipfile.is_zipfile(file)
        file.seek(0)
        packed = is_gzip(file.read(3))
        file.seek(0)
        if is_zip:
            return read_npz(file)
        start = read_some(unpacked(file), _START)
    for format in FORMATS:
        if format.fits(start, False):
            return format.read(path)
    if not start:
        raise DataError(f"the file is empty; {KINDS}")
    shown = repr(printable(source)) if "'" not in source else quote(printable(source))
    if sentence := foreign_sentence(start, shown, packed=packed):
        raise DataError(sentence)
    if start.startswith(b"PK"):
        raise DataError(f"the .npz file is incomplete; download it again, or {KINDS}")
    raise DataError(f"the file is not an .npz, IDX or CSV file (it begins with {_beginning(start)}); {KINDS}")


def _read_folder(folder: Path) -> Contents:
    names, folders = list[str](), list[str]()
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count == _MOST_ENTRIES:
                raise DataError(f"the folder has more than {_MOST_ENTRIES:,} entries; {KINDS}")
            if entry.name.startswith("."):
                continue
            (folders if entry.is_dir() else names).append(entry.name)
    if idx := [name for name in sorted(names) if has_idx_name(name)]:
        return read_idx_folder(folder, idx)
    if has_class_folders(folder, sorted(folders)):
        return read_class_folders(folder, sorted(folders))
    listed = ", ".join(printable(name)[:30] for name in sorted(folders + names)[:4]) or "nothing"
    raise DataError(f"the folder has {listed}, but no IDX files and no folders of pictures; {KINDS}")


def _beginning(start: bytes) -> str:
    """Return the first bytes of a file as text, for a sentence about the file."""
    text = start[:24].decode("latin1").split("\n")[0]
    return f"'{text}'" if text and text.isprintable() and text.isascii() else start[:8].hex(" ")
