"""One's own digits: those that were drawn here and given a label, kept in one file between runs.

The set grows at its end, so that "the first 12 of them" stay the same: a run that was trained on those can be replayed and
gone on with when there are more. The last one can be dropped; whether a run needed it tells the digest of its data.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np

from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import IMAGE_SIDE, IMAGE_SIZE, Bytes, DataError, Dataset, Split
from tui_nn.data.folders import VARIABLES, folder
from tui_nn.data.npz import read_arrays
from tui_nn.data.printable import printable

PLACE = VARIABLES["data"]
"""The environment variable that moves the folder of your own digits."""

MOST = 100_000

_ROWS: dict[str, tuple[int, ...]] = {"x": (IMAGE_SIDE, IMAGE_SIDE), "y": ()}
_MARK = re.compile(r"(?s)(.*)\+own(?::(\d{1,6}))?")


def own_path() -> Path:
    """Return the path of the file that holds them, whether or not it exists."""
    return folder("data") / "own-digits.npz"


def read_own() -> Split | None:
    """All of them, oldest first; None if there is none yet.

    Raises:
        DataError: if the file is not what was written.
    """
    path = own_path()
    if not os.path.lexists(path):
        return None
    try:
        arrays = read_arrays(path, _ROWS, "move it away, and a new one is begun")
        return Split(arrays["x"].reshape(len(arrays["x"]), IMAGE_SIZE), arrays["y"])
    except DataError as error:
        raise DataError(f"Cannot use your own digits in '{printable(str(path))}': {error}.") from error


def add_own(image: Bytes, label: int) -> int:
    """Add one at the end, uint8 (784,), and tell how many there are now. The file is replaced whole or not at all.

    Raises:
        DataError: if those that are there cannot be read, or the new ones not be written.
    """
    there = read_own()
    images, labels = image.reshape(1, IMAGE_SIZE), np.array([label], dtype=np.uint8)
    if there is not None:
        images, labels = np.concatenate([there.images, images]), np.concatenate([there.labels, labels])
    if len(labels) > MOST:
        raise DataError(f"there are {MOST:,} digits of your own, and no more are kept")
    _write(Split(images, labels))
    return len(labels)


def drop_last() -> int:
    """Drop the one that was added last, and tell how many are left.

    Raises:
        DataError: if there is none, or they cannot be read or written.
    """
    there = read_own()
    if there is None:
        raise DataError("there are no digits of your own to drop")
    _write(None if len(there) == 1 else there.first(len(there) - 1))
    return len(there) - 1


def _write(split: Split | None) -> None:
    path = own_path()
    try:
        if split is None:
            path.unlink(missing_ok=True)
            return
        images, labels = split.images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE), split.labels
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda file: np.savez_compressed(file, allow_pickle=False, x=images, y=labels))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"your digits were not written to '{printable(str(path))}': {reason}") from None


def with_own(source: str | None) -> str:
    """The source of the same data with all of one's own digits."""
    base, _ = parted(source)
    return f"{base or 'bundled'}+own"


def parted(source: str | None) -> tuple[str | None, int | None]:
    """(the source of the others, how many of one's own): "mnist.npz+own:12" is ("mnist.npz", 12).

    None for how many is none of them, and 0 all that there are: "mnist.npz+own".
    """
    found = _MARK.fullmatch(source or "")
    return (source, None) if found is None else (found[1] or None, int(found[2] or 0))


def first_own(count: int) -> Split:
    """The first `count` of one's own digits, 0 for all.

    Raises:
        DataError: if there are none, or not as many.
    """
    own = read_own()
    if own is None or count > len(own):
        there = f"only {len(own)}" if own else "none"
        wanted = f"{count} digits of your own" if count > 1 else "digits of your own"
        raise DataError(f"{wanted} were asked for, and there are {there} in '{own_path()}'; draw some first")
    return own.first(count or None)


def own_part(dataset: Dataset) -> Split | None:
    """Those of one's own digits that are among the data; None if there are none."""
    count = parted(dataset.source)[1]
    return dataset.train.first(count) if count else None


def add_to(dataset: Dataset, own: Split) -> Dataset:
    """The data with digits of one's own before the others to train on: no limit on those cuts them off."""
    train = Split(
        np.concatenate([own.images, dataset.train.images]), np.concatenate([own.labels, dataset.train.labels])
    )
    name = f"{dataset.name} + {len(own)} own"
    return Dataset(name=name, source=f"{dataset.source}+own:{len(own)}", train=train, test=dataset.test)
