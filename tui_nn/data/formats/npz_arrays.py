"""Reader of .npz files: Keras's `mnist.npz`, and archives of other arrays of pictures and labels under the usual names."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import IO

import numpy as np

from tui_nn.data.dataset import CLASS_COUNTS, DataError
from tui_nn.data.formats.part import Contents, Part, check_counts, side_of
from tui_nn.data.npz import LARGEST, LARGEST_RATIO, ArrayHeader, MemberError, NpzReader, reader_of_data, reading_archive
from tui_nn.data.printable import printable

_X = "x", "images", "image", "data", "pictures", "pixels", "features", "inputs", "input"
_Y = "y", "labels", "label", "targets", "target", "classes", "class", "outputs", "output"
_PARTS = {
    "train": ("train", "training", "tr", ""),
    "test": ("test", "testing", "te"),
    "validation": ("val", "valid", "validation", "dev"),
}
"""The words in the names of arrays that stand for pictures, labels and parts.

`x_train`, `trainX` and `train_images` are all known.
"""

_NAMES = "class_names", "classnames", "label_names"
"""The possible names of the array that contains the class names."""

_MOST_WITHOUT_RATIO = {True: 2**26, False: 2**25}
"""If an archive unpacks to at most this many bytes, its compression ratio is not checked. The key True is for archives
whose pictures are all uint8. The key False is for other archives, because a conversion takes more memory.
"""
_LARGEST_TEXT = 4 * 100
"""The largest size, in bytes, of a label that is the name of a class."""

Names = dict[str, tuple[str, str]]
"""For each part of the data, such as "train": the name of its array of pictures, and the name of its array of labels."""


def read_npz(file: IO[bytes]) -> Contents:
    """Return the pictures and labels in an archive. Arrays with other names are ignored.

    Raises:
        DataError: if the archive is damaged or too large, or has no arrays of pictures and labels.
    """
    with reading_archive():
        return _read(reader_of_data(file), os.fstat(file.fileno()).st_size)


def _read(reader: NpzReader, size: int) -> Contents:
    headers = _headers(reader)
    names = _choose(headers)
    for images, labels in names.values():
        _check(images, headers[images], labels, headers[labels])
    _check_sizes(reader, headers, names, size)
    class_names = next((name for name in headers if name.lower() in _NAMES), None)
    parts = {
        part: Part(_array(reader, images), _array(reader, labels), _shown(images), _shown(labels))
        for part, (images, labels) in names.items()
    }
    return Contents(parts, None if class_names is None else _class_names(reader, class_names))


def _headers(reader: NpzReader) -> dict[str, ArrayHeader]:
    """Return the headers of the arrays that may be pictures, labels or class names."""
    listed = list(dict.fromkeys(reader.names))
    wanted = [name for name in listed if _role(name) or _position(name) is not None or name.lower() in _NAMES]
    if not wanted:
        found = f"only {_some(listed)}" if listed else "no arrays"
        raise DataError(
            f"the file contains {found}, but needs pictures and labels; save them with "
            "numpy.savez_compressed('data.npz', x_train=x, y_train=y), where x has the shape (n, side, side)"
        )
    if not all(map(reader.is_packed_as_allowed, wanted)):
        raise DataError(
            "the file is compressed in a way that NumPy never uses; make it again with numpy.savez_compressed"
        )
    return {name: reader.header(name) for name in wanted}


def _role(name: str) -> tuple[str, int] | None:
    """Return the part of the data that an array belongs to, such as "train", and 0 for pictures or 1 for labels. Return
    None if the name of the array is not known.
    """
    word = re.sub("[^a-z]", "", name.lower())
    for part, ends in _PARTS.items():
        for end in ends:
            for index, starts in enumerate((_X, _Y)):
                if any(word in (start + end, end + start) for start in starts):
                    return part, index
    return None


def _position(name: str) -> int | None:
    found = re.fullmatch(r"arr_([0-5])", name)
    return int(found[1]) if found else None


def _choose(headers: dict[str, ArrayHeader]) -> Names:
    """Return the names of the arrays of each part.

    Raises:
        DataError: if pictures have no labels, if labels have no pictures, or if a part has two arrays of pictures.
    """
    roles: dict[tuple[str, int], str] = {}
    for name in headers:
        role = _role(name)
        if role in roles:
            raise DataError(f"the file has both {_shown(roles[role])} and {_shown(name)}; leave one of them out")
        if role is not None:
            roles[role] = name
    if not roles:
        roles = _by_position(headers)
    parts: Names = {}
    for part in dict.fromkeys(part for part, _ in roles):
        images, labels = roles.get((part, 0)), roles.get((part, 1))
        if images is None or labels is None:
            missing = f"{'x' if images is None else 'y'}_{part}"
            there = ", ".join(f"{_shown(name)} {headers[name].dtype.name} {headers[name].shape}" for name in headers)
            what = "pictures" if images is None else "labels"
            raise DataError(
                f"the file has no {missing}, which should contain the {what} for {_shown(images or labels or '')} (the file "
                f"contains {there[:200]}); save the file with both"
            )
        parts[part] = images, labels
    return parts


def _by_position(headers: dict[str, ArrayHeader]) -> dict[tuple[str, int], str]:
    """Return the names of the arrays of pictures and labels of each part, if they were saved without names. NumPy then
    calls them arr_0, arr_1 ...

    An array of pictures has more numbers for each example than an array of labels. The first pictures and the first
    labels are for training.
    """
    listed = sorted((name for name in headers if _position(name) is not None), key=lambda name: int(name[4:]))
    rows = [_row(headers[name]) for name in listed]
    if len(listed) not in (2, 4, 6):
        there = ", ".join(f"{name} {headers[name].shape}" for name in listed)
        raise DataError(
            f"the file contains {there or 'no arrays'}, but 2 or 4 arrays are needed, x_train, y_train, "
            "x_test and y_test; save the arrays with these names"
        )
    limit = max(rows) // 2
    images = [name for name, row in zip(listed, rows, strict=True) if row > limit]
    labels = [name for name, row in zip(listed, rows, strict=True) if row <= limit]
    if len(images) != len(labels):
        raise DataError(
            f"the file contains {len(images)} arrays of pictures, but {len(labels)} of labels; save it with "
            "the names x_train, y_train, x_test and y_test"
        )
    of_part = ("train", "test", "validation") if len(images) < 3 else ("train", "validation", "test")
    return {
        (part, index): name
        for index, names in enumerate((images, labels))
        for part, name in zip(of_part, names, strict=False)
    }


def _row(header: ArrayHeader) -> int:
    """Return the number of values that an array has for each example. A number above a billion becomes a billion."""
    count = 1
    for length in header.shape[1:]:
        count = min(count * max(length, 0), 10**9)
    return count


def _check(images: str, x: ArrayHeader, labels: str, y: ArrayHeader) -> None:
    """Raise DataError if the headers of pictures and labels do not fit together."""
    for name, header in ((images, x), (labels, y)):
        if header.dtype.hasobject:
            raise DataError(
                f"{_shown(name)} contains Python objects, which are not read because reading them can run code; convert it in "
                f"Python with numpy.load(path, allow_pickle=True)[{name!r}].astype('int64') and save it again"
            )
        if header.dtype.kind not in ("biuf" if name == images else "biufUS"):
            raise DataError(
                f"{_shown(name)} has the type {header.dtype.name}, but its values must be numbers; convert it "
                "with astype('uint8')"
            )
        if not header.whole:
            raise MemberError("the size of the array differs from the shape in its header")
    if y.dtype.itemsize > _LARGEST_TEXT:
        raise DataError(
            f"{_shown(labels)} has texts of {y.dtype.itemsize:,} bytes, but a class name may have at most 64 "
            f"characters; give shorter names"
        )
    check_counts(_shown(images), x.shape, _shown(labels), y.shape)
    side_of(_shown(images), x.shape)


def _check_sizes(reader: NpzReader, headers: dict[str, ArrayHeader], names: Names, size: int) -> None:
    """Raise DataError if the arrays unpack to too many bytes."""
    used = [name for both in names.values() for name in both]
    unpacked = sum(map(reader.unpacked, used))
    plain = all(headers[images].dtype == np.uint8 for images, _ in names.values())
    if unpacked > LARGEST:
        raise DataError(
            f"the file unpacks to {unpacked:,} bytes, but at most {LARGEST:,} are allowed; save fewer "
            "pictures, or save them as uint8"
        )
    if unpacked > max(_MOST_WITHOUT_RATIO[plain], LARGEST_RATIO * size):
        raise DataError(
            f"the file unpacks to {unpacked:,} bytes, more than {LARGEST_RATIO} times its size, so it probably "
            "does not contain pictures; save its pictures as uint8, or without compression"
        )


def _array(reader: NpzReader, name: str) -> np.ndarray:
    return reader.read(name, lambda header: None)


def _class_names(reader: NpzReader, name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in reader.read(name, partial(_check_class_names, name)).tolist())


def _check_class_names(name: str, header: ArrayHeader) -> None:
    if (
        header.dtype.kind != "U"
        or len(header.shape) != 1
        or header.shape[0] not in CLASS_COUNTS
        or header.dtype.itemsize > _LARGEST_TEXT
    ):
        raise DataError(
            f"{_shown(name)} has the type {header.dtype.name} and the shape {header.shape}, but it must contain "
            f"{CLASS_COUNTS[0]} to {CLASS_COUNTS[-1]} texts of at most 64 characters; convert it with "
            "numpy.array(names, str)"
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(_shown(name) for name in names[:5])
    return f"{shown} and {len(names) - 5:,} more" if len(names) > 5 else shown


def _shown(name: str) -> str:
    """Return the name of an array in a form for a sentence, with at most 40 characters."""
    return printable(name[:40])
