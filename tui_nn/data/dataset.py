"""Dataset and Split: labelled digits, kept as uint8 and never changed."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IMAGE_SIDE = 28
IMAGE_SIZE = IMAGE_SIDE * IMAGE_SIDE
CLASS_COUNT = 10

Bytes = NDArray[np.uint8]


class DataError(ValueError):
    """Data that cannot be used; the message is one sentence: what is wrong, what is allowed, what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Examples with one purpose: to train on, or to test with.

    images: uint8 (n, 784), one flat image a row, 0 background to 255 ink. labels: uint8 (n,), 0 to 9. n >= 1.
    Both are read-only. Raises DataError for anything else.
    """

    images: Bytes
    labels: Bytes

    def __post_init__(self) -> None:
        """Check both arrays and seal them."""
        _check(self.images, self.labels)
        object.__setattr__(self, "images", _read_only(self.images))
        object.__setattr__(self, "labels", _read_only(self.labels))

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.labels)

    def __reduce__(self) -> tuple[type["Split"], tuple[Bytes, Bytes]]:
        """Pickle through the constructor: NumPy forgets on the way that an array was read-only."""
        return Split, (self.images, self.labels)

    def first(self, limit: int | None) -> "Split":
        """Return the first `limit` examples: all of them for None, or where there are not that many.

        Raises DataError when limit is below 1.
        """
        if limit is None or limit >= len(self):
            return self
        if limit < 1:  # a negative slice would count from the end
            raise DataError(f"the first {limit} examples were asked for, but at least 1 is needed")
        return Split(self.images[:limit], self.labels[:limit])


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A training split and a test split, with where they came from."""

    name: str
    """Shown on screen: "bundled digits", or a file's name."""
    source: str
    """What load_dataset was given: "bundled", or a path as the user wrote it."""
    train: Split
    test: Split

    @property
    def digest(self) -> str:
        """16 hex digits that tell these examples from any others, whatever they are called."""
        sha = hashlib.sha256()
        for split in (self.train, self.test):
            sha.update(f"{len(split)} examples\n".encode())
            sha.update(split.images.tobytes())
            sha.update(split.labels.tobytes())
        return sha.hexdigest()[:16]


def _check(images: Bytes, labels: Bytes) -> None:
    """Raise DataError unless the two arrays make a split."""
    if images.dtype != np.uint8 or images.ndim != 2 or images.shape[1] != IMAGE_SIZE:
        raise DataError(f"the images are {images.dtype.name} {images.shape}, but must be uint8 (n, {IMAGE_SIZE})")
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise DataError(f"the labels are {labels.dtype.name} {labels.shape}, but must be uint8 (n,)")
    if len(images) != len(labels):
        raise DataError(f"there are {len(images)} images but {len(labels)} labels; give each image one label")
    if len(images) == 0:
        raise DataError("there are no examples; give at least one")
    if labels.max() >= CLASS_COUNT:
        raise DataError(
            f"there is a label {labels.max()}, but labels must be 0 to {CLASS_COUNT - 1}; leave such examples out"
        )


def _read_only(array: Bytes) -> Bytes:
    """Return a contiguous read-only view, leaving the caller's own array as writeable as it was."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
