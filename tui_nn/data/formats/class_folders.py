"""Reader of a folder with class folders: one folder of pictures for each class, named after the class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tui_nn.data.dataset import CLASS_COUNTS, SIDES, Bytes, DataError
from tui_nn.data.formats.part import Contents, Part
from tui_nn.data.images import read_image
from tui_nn.data.printable import printable

MOST_PICTURES = 200_000
"""The largest number of pictures in a folder. Each takes about 0.2 ms to read."""

_ENDS = (".png", ".jpg", ".jpeg", ".pgm")
_PARTS = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "validation": ("val", "valid", "validation", "dev"),
}


def has_class_folders(folder: Path, folders: Sequence[str]) -> bool:
    """Return whether a folder has class folders with pictures, directly or in its folders "train" and "test"."""
    return any(_pictures(folder / name) for name in folders) or any(
        _pictures(folder / name / inner) for name in folders if _part_of(name) for inner in _folders(folder / name)
    )


def read_class_folders(folder: Path, folders: Sequence[str]) -> Contents:
    """Return the pictures in the class folders of a folder. If there are folders "train", "test" and "validation", each
    of them has class folders.

    Raises:
        DataError: if a picture cannot be used, or the pictures differ in size.
    """
    parts = {part: folder / name for name in folders if (part := _part_of(name)) and _folders(folder / name)}
    parts = parts if "train" in parts else {"train": folder}
    names = sorted({name for place in parts.values() for name in _folders(place) if _pictures(place / name)})
    if len(names) not in CLASS_COUNTS:
        found = ", ".join(map(printable, names[:5])) or "none"
        raise DataError(
            f"the folder has {len(names)} folders with pictures ({found}), but {CLASS_COUNTS[0]} to "
            f"{CLASS_COUNTS[-1]} are allowed; make one folder for each class"
        )
    if all(name.isdecimal() and name.isascii() and len(name) < 4 for name in names):
        names.sort(key=int)
    return Contents({part: _read(place, names, part) for part, place in parts.items()}, tuple(names))


def _read(place: Path, names: list[str], part: str) -> Part:
    paths = [(path, label) for label, name in enumerate(names) for path in _pictures(place / name)]
    if len(paths) > MOST_PICTURES:
        raise DataError(
            f"the folder has {len(paths):,} pictures, but at most {MOST_PICTURES:,} are allowed; move some "
            "away, or save them as .npz"
        )
    if not paths:
        raise DataError(f"the folder '{part}' has no pictures in its folders; put PNG, JPEG or PGM files into them")
    first = _grey(paths[0][0])
    images = np.empty((len(paths), *_square(paths[0][0], first.shape)), np.uint8)
    for index, (path, _) in enumerate(paths):
        grey = _grey(path)
        if grey.shape != first.shape:
            raise DataError(
                f"the pictures differ in size: {printable(paths[0][0].name)} has {_size(first.shape)} pixels, "
                f"but {printable(path.name)} has {_size(grey.shape)}; {_resize(first.shape[0])}"
            )
        images[index] = grey
    return Part(
        images, np.array([label for _, label in paths], np.int64), f"the folder '{printable(place.name)}'", "its labels"
    )


def _grey(path: Path) -> Bytes:
    try:
        return read_image(path, most_pixels=SIDES[-1] ** 2).grey
    except DataError as error:
        reason = str(error.__cause__) if isinstance(error.__cause__, DataError) else str(error).rstrip(".")
        raise DataError(
            f"the picture '{printable(str(Path(path.parent.name, path.name)))}' cannot be read: {reason}"
        ) from error


def _square(path: Path, shape: tuple[int, ...]) -> tuple[int, ...]:
    if shape[0] != shape[1] or shape[0] not in SIDES:
        raise DataError(
            f"{printable(path.name)} has {_size(shape)} pixels, but pictures must be square with a side of "
            f"{SIDES[0]} to {SIDES[-1]}; "
            f"{_resize(28)}"
        )
    return shape


def _resize(side: int) -> str:
    return f"scale all pictures to one size, for example with ImageMagick: mogrify -resize {side}x{side}! */*.png"


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]} x {shape[0]}"


def _part_of(name: str) -> str | None:
    return next((part for part, words in _PARTS.items() if name.lower() in words), None)


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))


def _pictures(folder: Path) -> list[Path]:
    """Return the picture files in a folder, sorted by name. Hidden files and other files are left out."""
    if not folder.is_dir():  # A class may have no pictures in one of the folders "train", "test" and "validation".
        return []
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in entries if entry.name.lower().endswith(_ENDS) and not entry.name.startswith(".")
        ]
    return [folder / name for name in sorted(names)]
