"""Your own digits: digits that you drew in the app and labelled. One file keeps them.

New digits are added at the end, so "the first 12" always names the same digits. A run that was trained on those 12 can
be replayed and continued when there are more. Only the last digit can be removed. If a run was trained on this digit,
the digest in the run file shows that its data have changed.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import IMAGE_SIDE, IMAGE_SIZE, Bytes, DataError, Dataset, Split
from tui_nn.data.folders import VARIABLES, folder
from tui_nn.data.locks import alone
from tui_nn.data.npz import read_arrays
from tui_nn.data.printable import printable

PLACE = VARIABLES["data"]
"""The environment variable that sets another folder for your own digits."""

MOST = 100_000
"""The largest number of your own digits in their file."""

PATIENCE = 10.0
"""The number of seconds to wait for another process that changes the file."""

_ROWS: dict[str, tuple[int, ...]] = {"x": (IMAGE_SIDE, IMAGE_SIDE), "y": ()}
_MARK = re.compile(r"(?s)(.*)\+own(?::(\d{1,6}))?")


def own_path() -> Path:
    """Return the path of the file with your own digits. The file need not exist."""
    return folder("data") / "own-digits.npz"


def read_own() -> Split | None:
    """Return all of your own digits, the oldest first; None if there are none yet.

    Raises:
        DataError: if the file is damaged.
    """
    path = own_path()
    if not os.path.lexists(path):
        return None
    try:
        arrays = read_arrays(path, _ROWS, "if you move this file away, the app starts a new file")
        return Split(arrays["x"].reshape(len(arrays["x"]), IMAGE_SIZE), arrays["y"])
    except DataError as error:
        raise DataError(f"Your own digits in '{printable(str(path))}' cannot be used: {error}.") from error


def add_own(image: Bytes, label: int) -> int:
    """Add a digit, uint8 (784,), at the end, and return how many there are now. The file is replaced completely or not at all.

    Raises:
        DataError: if the file cannot be read or written, or is full.
    """
    with _alone():
        there = read_own()
        images, labels = image.reshape(1, IMAGE_SIZE), np.array([label], dtype=np.uint8)
        if there is not None:
            images, labels = np.concatenate([there.images, images]), np.concatenate([there.labels, labels])
        if len(labels) > MOST:
            raise DataError(f"there are already {MOST:,} digits of your own, which is the limit; remove some first")
        _write(Split(images, labels))
    return len(labels)


def drop_last_of(seen: Split) -> bool:
    """Remove the last digit from the file, and return True. If the file no longer contains exactly the digits `seen`, which the
    caller has read, remove nothing and return False.

    Raises:
        DataError: if the file cannot be read or written.
    """
    with _alone():
        there = read_own()
        if there is None or not _are_same(there, seen):
            return False
        _write(None if len(there) == 1 else there.first(len(there) - 1))
    return True


def _are_same(one: Split, other: Split) -> bool:
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.images, other.images)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from changing the file while this process reads it and writes it again, so that no digit is lost.

    Raises:
        DataError: if another process does not finish within `PATIENCE`.
    """
    path = own_path().with_suffix(".lock")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(path, PATIENCE))
        except BlockingIOError:
            raise DataError(
                "another copy of the app is changing your own digits; try again after it has released the lock "
                f"'{printable(str(path))}'"
            ) from None
        yield


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
        raise DataError(f"your own digits could not be written to '{printable(str(path))}': {reason}") from None


def with_own(source: str | None) -> str:
    """Return the source that stands for the same data with all of your own digits added, such as "mnist.npz+own"."""
    base, _ = parted(source)
    return f"{base or 'bundled'}+own"


def parted(source: str | None) -> tuple[str | None, int | None]:
    """Split a source into the source without your own digits, and the number of your own digits.

    For "mnist.npz+own:12" the result is ("mnist.npz", 12). The number is None for a source without your own digits, and 0 if all
    are added, as in "mnist.npz+own".
    """
    found = _MARK.fullmatch(source or "")
    return (source, None) if found is None else (found[1] or None, int(found[2] or 0))


def first_own(count: int) -> Split:
    """Return the first `count` of your own digits, or all if `count` is 0.

    Raises:
        DataError: if there are none or fewer than `count`.
    """
    own = read_own()
    if own is None or count > len(own):
        there = f"only {len(own)}" if own else "none"
        wanted = f"{count} digits of your own" if count > 1 else "digits of your own"
        raise DataError(f"the run needs {wanted}, but there are {there} in '{own_path()}'; draw more digits first")
    return own.first(count or None)


def own_part(dataset: Dataset) -> Split | None:
    """Return your own digits that are part of the training data; None if there are none."""
    count = parted(dataset.source)[1]
    return dataset.train.first(count) if count else None


def add_to(dataset: Dataset, own: Split) -> Dataset:
    """Return the data with your own digits added. Your own digits come first, so that the setting `train_limit` keeps them."""
    if dataset.class_names != own.class_names and set(dataset.class_names) <= set(own.class_names):
        dataset = dataset.with_class_names(own.class_names)
    if (dataset.side, dataset.class_names) != (own.side, own.class_names):
        raise DataError(
            f"Your own digits have {own.side} x {own.side} pixels, but {dataset.name} has {dataset.side} x {dataset.side} and "
            f"{len(dataset.class_names)} classes; add your own digits only to data with pictures of their size "
            "and the ten digits as classes."
        )
    train = Split(
        np.concatenate([own.images, dataset.train.images]), np.concatenate([own.labels, dataset.train.labels])
    )
    name = f"{dataset.name} + {len(own)} own"
    return replace(dataset, name=name, source=f"{dataset.source}+own:{len(own)}", train=train)
