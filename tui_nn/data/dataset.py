"""Dataset and Split: labelled square pictures, kept as uint8 and never changed."""

import hashlib
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

IMAGE_SIDE = 28
"""The side of MNIST's pictures, which the bundled data and the presets are made of."""
IMAGE_SIZE = IMAGE_SIDE * IMAGE_SIDE
DIGITS = tuple("0123456789")
"""The names of MNIST's classes."""

SIDES = range(8, 65)
"""The sides that a picture may have, in pixels."""
CLASS_COUNTS = range(2, 63)
"""How many classes there may be."""

Bytes = NDArray[np.uint8]


class DataError(ValueError):
    """Data that cannot be used; the message is one sentence: what is wrong, what is allowed, what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Examples with one purpose: to train on, to validate with, or to test with.

    images: uint8 (n, side * side), one flat square picture a row, 0 background to 255 ink. labels: uint8 (n,), each the
    index of a class name. n >= 1. Both are read-only. Raises DataError for anything else.
    """

    images: Bytes
    labels: Bytes
    class_names: tuple[str, ...] = DIGITS
    """The name of each class, by its label."""

    def __post_init__(self) -> None:
        """Check both arrays and seal them."""
        _check(self.images, self.labels, self.class_names)
        object.__setattr__(self, "images", _read_only(self.images))
        object.__setattr__(self, "labels", _read_only(self.labels))

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.labels)

    def __reduce__(self) -> tuple[type["Split"], tuple[Bytes, Bytes, tuple[str, ...]]]:
        """Pickle through the constructor: NumPy forgets on the way that an array was read-only."""
        return Split, (self.images, self.labels, self.class_names)

    @property
    def side(self) -> int:
        """The height and width of a picture, in pixels."""
        return isqrt(self.images.shape[1])

    @property
    def classes(self) -> int:
        """How many classes there are, with examples or not."""
        return len(self.class_names)

    @property
    def noun(self) -> str:
        """The word for one example on the screen: "digit" if the classes are the ten digits, else "picture"."""
        return "digit" if self.class_names == DIGITS else "picture"

    def first(self, limit: int | None) -> "Split":
        """Return the first `limit` examples: all of them for None, or where there are not that many.

        Raises DataError when limit is below 1.
        """
        if limit is None or limit >= len(self):
            return self
        if limit < 1:  # a negative slice would count from the end
            raise DataError(f"the first {limit} examples were asked for, but at least 1 is needed")
        return Split(self.images[:limit], self.labels[:limit], self.class_names)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Examples to train on, to test with and perhaps to validate with, and where they came from.

    All splits have pictures of one side and the same class names. Raises DataError where they have not.
    """

    name: str
    """Shown on screen: "bundled digits", or a file's name."""
    source: str
    """What load_dataset was given: "bundled", or a path as the user wrote it."""
    train: Split
    test: Split
    validation: Split | None = None
    """What the best epoch and early stopping go by; None where they go by `test`."""

    def __post_init__(self) -> None:
        """Check that the splits belong together."""
        for split in self._splits:
            if (split.side, split.class_names) != (self.side, self.class_names):
                raise DataError(
                    f"the splits differ: {self.side} and {split.side} pixels a side, {self.train.classes} and "
                    f"{split.classes} classes; give pictures of one size with the same class names"
                )

    @property
    def side(self) -> int:
        """The height and width of a picture, in pixels."""
        return self.train.side

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, by its label."""
        return self.train.class_names

    @property
    def digest(self) -> str:
        """16 hex digits that tell these examples from any others, whatever they are called."""
        sha = hashlib.sha256()
        for split in self._splits:
            sha.update(f"{len(split)} examples\n".encode())
            sha.update(split.images.tobytes())
            sha.update(split.labels.tobytes())
        if self.class_names != DIGITS:  # Digests of digits are in run files of format 1.
            sha.update("\n".join(self.class_names).encode())
        return sha.hexdigest()[:16]

    @property
    def _splits(self) -> tuple[Split, ...]:
        return (self.train, self.test) if self.validation is None else (self.train, self.test, self.validation)


def _check(images: Bytes, labels: Bytes, class_names: tuple[str, ...]) -> None:
    """Raise DataError unless these make a split."""
    if images.dtype != np.uint8 or images.ndim != 2:
        raise DataError(f"the images are {images.dtype.name} {images.shape}, but must be uint8 (n, side * side)")
    side = isqrt(images.shape[1])
    if side * side != images.shape[1] or side not in SIDES:
        raise DataError(
            f"the images have {images.shape[1]} pixels each, but must be square, with a side of {SIDES[0]} to {SIDES[-1]}"
        )
    if len(class_names) not in CLASS_COUNTS:
        raise DataError(
            f"there are {len(class_names)} classes, but there must be {CLASS_COUNTS[0]} to {CLASS_COUNTS[-1]}"
        )
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise DataError(f"the labels are {labels.dtype.name} {labels.shape}, but must be uint8 (n,)")
    if len(images) != len(labels):
        raise DataError(f"there are {len(images)} images but {len(labels)} labels; give each image one label")
    if len(images) == 0:
        raise DataError("there are no examples; give at least one")
    if labels.max() >= len(class_names):
        raise DataError(
            f"there is a label {labels.max()}, but labels must be 0 to {len(class_names) - 1}; leave such examples out"
        )


def _read_only(array: Bytes) -> Bytes:
    """Return a contiguous read-only view, leaving the caller's own array as writeable as it was."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
