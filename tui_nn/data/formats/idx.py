"""Reader of IDX files, the format of MNIST's own files: a file of pictures beside a file of labels. Both may be `.gz` files.

The format is described on MNIST's page (LeCun, Cortes, Burges): two zero bytes, a byte for the type, a byte for the number of
dimensions, the length of each dimension as a big-endian number of 4 bytes, and the values.
"""

from __future__ import annotations

import re
import string
import struct
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import DIGITS, DataError
from tui_nn.data.formats.part import Contents, Part, check_counts, side_of
from tui_nn.data.formats.stream import read_exactly, read_some, size_of, unpacked
from tui_nn.data.npz import LARGEST, open_file
from tui_nn.data.printable import printable

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The type of the values for each possible third byte of a file."""

_LARGEST_RATIO = 200
_MOST_WITHOUT_RATIO = 2**25

_NAME = re.compile(
    r"(?i)(?P<start>.*?)(?P<kind>images|labels)(?P<end>(?:[-._]idx\d)?(?:[-._](?:ubyte|int|float))?)(?P<gz>\.gz)?"
)
_PARTS = {
    "train": ("train", "training"),
    "test": ("t10k", "test", "testing"),
    "validation": ("val", "valid", "validation"),
}

_MERGED = string.digits + string.ascii_uppercase + "abdefghnqrt"
CLASS_NAMES = {
    "emnist-letters": tuple(string.ascii_uppercase),
    "emnist-balanced": tuple(_MERGED),
    "emnist-bymerge": tuple(_MERGED),
    "emnist-byclass": tuple(string.digits + string.ascii_uppercase + string.ascii_lowercase),
    "emnist-digits": DIGITS,
    "emnist-mnist": DIGITS,
}
"""The class names of each part of EMNIST (Cohen, Afshar, Tapson, van Schaik, 2017). The key is the text with which the
file names of a part begin. EMNIST stores its pictures with rows and columns exchanged, and the labels of its letters
begin at 1.
"""


def is_idx(start: bytes) -> bool:
    """Return whether the unpacked contents of a file begin like an IDX file."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def read_idx_file(path: Path) -> Contents:
    """Return the examples in an IDX file and the files beside it. `path` is a file of pictures or of labels.

    For a file of the training set, the function also reads the test set of the same name.

    Raises:
        DataError: if the other file of the pair is missing, or a file cannot be used.
    """
    split = _split_name(path.name)
    if split is None:
        raise DataError(
            "the file name contains neither 'images' nor 'labels', so the matching file is unknown; name the "
            "files as MNIST does, train-images-idx3-ubyte and train-labels-idx1-ubyte"
        )
    part, stem = split
    found = _listed(path.parent, [path.name])
    wanted = [part, *(other for other in ("test", "validation") if part == "train")]
    return _read({key: found[stem][key] for key in wanted if key in found[stem]}, stem)


def read_idx_folder(folder: Path, names: Sequence[str]) -> Contents:
    """Return the examples in a folder of IDX files.

    Raises:
        DataError: if the folder has the files of several datasets, or a file cannot be used.
    """
    found = _listed(folder, names)
    if len(found) > 1:
        some = ", ".join(printable(stem.rstrip("-_.")) or "files without a beginning" for stem in sorted(found)[:6])
        first = next(iter(sorted(found)))
        example = next(iter(next(iter(found[first].values())).values()))
        raise DataError(
            f"the folder contains several datasets ({some}); give the path of one file instead, such as "
            f"{printable(example.name)}"
        )
    ((stem, files),) = found.items()
    return _read(files, stem)


def has_idx_name(name: str) -> bool:
    """Return whether a file has the name of an IDX file, such as "train-images-idx3-ubyte.gz"."""
    return ("idx" in name.lower() or "ubyte" in name.lower()) and _split_name(name) is not None


Files = dict[str, dict[str, Path]]
"""For each part of the data, such as "train": the path of its pictures ("images") and the path of its labels ("labels")."""


def _split_name(name: str) -> tuple[str, str] | None:
    """Split the name of an IDX file into its part and its beginning, such as ("test", "emnist-letters-"). Return None
    for another name.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    start = found["start"]
    for part, words in _PARTS.items():
        for word in words:
            if match := re.fullmatch(rf"(?i)(.*?){word}[-._]?", start):
                return part, match[1].lower()
    return "train", start.lower()


def _listed(folder: Path, names: Sequence[str]) -> dict[str, Files]:
    """Return the IDX files in a folder that belong to the same datasets as the files `names`, as a dict. The key of a
    dataset is the text with which its file names begin.
    """
    stems = {split[1] for name in names if (split := _split_name(name))}
    found: dict[str, Files] = {}
    for path in sorted(folder.iterdir()):  # Sorting puts an uncompressed file before the same file with .gz.
        split = _split_name(path.name)
        if split is not None and split[1] in stems and path.is_file():
            kind = "images" if "images" in path.name.lower() else "labels"
            found.setdefault(split[1], {}).setdefault(split[0], {}).setdefault(kind, path)
    return found


def _read(files: Files, stem: str) -> Contents:
    for both in files.values():
        if len(both) < 2:
            (kind,), (path,) = both, both.values()
            other = "labels" if kind == "images" else "images"
            wanted = path.name.replace(kind, other).replace(
                *(("idx3", "idx1") if kind == "images" else ("idx1", "idx3"))
            )
            raise DataError(
                f"the file of {other} for {printable(path.name)} is missing; put {printable(wanted)} "
                "into the same folder"
            )
    # The folder has no file of training examples, so the test examples are used for training.
    if "train" not in files:
        files = {"train": next(iter(files.values()))}
    parts = {part: _pair(both["images"], both["labels"]) for part, both in files.items()}
    name = next((name for name in CLASS_NAMES if stem.startswith(name)), None)
    if name is None:
        return Contents(parts)
    parts = {part: _of_emnist(found) for part, found in parts.items()}
    notes = (
        "the program turned the pictures upright, because all files of EMNIST store them with rows and columns "
        "exchanged",
    )
    return Contents(parts, CLASS_NAMES[name], notes)


def _of_emnist(part: Part) -> Part:
    """Return a part of EMNIST with upright pictures and labels that begin at 0."""
    if part.images.ndim != 3:
        return part
    first = (
        1
        if part.labels.dtype.kind in "iu" and part.labels.size and part.labels.min() == 1 and part.labels.max() == 26
        else 0
    )
    return Part(
        part.images.transpose(0, 2, 1),
        part.labels - np.array(first, part.labels.dtype),
        part.images_name,
        part.labels_name,
    )


def _pair(images: Path, labels: Path) -> Part:
    """Return the pictures and labels in two files. Both headers are checked before any picture or label is read."""
    with open_file(images, "give a file") as x, open_file(labels, "give a file") as y:
        of_x, of_y = unpacked(x), unpacked(y)
        shapes = _header(of_x, printable(images.name)), _header(of_y, printable(labels.name))
        check_counts(printable(images.name), shapes[0][1], printable(labels.name), shapes[1][1])
        side_of(printable(images.name), shapes[0][1])
        values = (_values(of_y, size_of(y), labels, *shapes[1]), _values(of_x, size_of(x), images, *shapes[0]))
    return Part(values[1], values[0], printable(images.name), printable(labels.name))


def _header(stream: IO[bytes], name: str) -> tuple[str, tuple[int, ...]]:
    start = read_some(stream, 4)
    if not is_idx(start):
        raise DataError(f"{name} is not an IDX file, or it is damaged; download it again")
    lengths = read_some(stream, 4 * start[3])
    if len(lengths) < 4 * start[3]:
        raise DataError(f"{name} ends within its header; download it again")
    return TYPES[start[2]], struct.unpack(f">{start[3]}I", lengths)


def _values(stream: IO[bytes], stored: int, path: Path, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    dtype = np.dtype(kind)
    count = prod(shape) * dtype.itemsize
    if count > LARGEST or count > max(_MOST_WITHOUT_RATIO, _LARGEST_RATIO * stored):
        raise DataError(
            f"{printable(path.name)} has {stored:,} bytes, but its header states {count:,} bytes of contents, too many for "
            "pictures; download it again"
        )
    try:
        return read_exactly(stream, count).view(dtype).reshape(shape)
    except DataError as error:
        raise DataError(f"{printable(path.name)} cannot be used, because {error}") from error
