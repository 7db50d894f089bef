"""Dataset and Split: labelled square pictures, stored as uint8 and never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

IMAGE_SIDE = 28
"""The side of the pictures of MNIST, in pixels. The bundled data and the presets use these pictures."""
IMAGE_SIZE = IMAGE_SIDE * IMAGE_SIDE
DIGITS = tuple("0123456789")
"""The names of MNIST's classes, the ten digits."""

SIDES = range(8, 65)
"""The allowed lengths of a picture's side, in pixels."""
CLASS_COUNTS = range(2, 63)
"""The allowed numbers of classes in a dataset."""

Bytes = NDArray[np.uint8]


ARRAYS = "arrays in memory"
"""The source of a dataset that was made from arrays and is in no file."""


class DataError(ValueError):
    """An error for data that cannot be used. The message is one sentence: what is wrong, what is allowed and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Examples with one purpose: training, validation or test. Both arrays are read-only, and n >= 1.

    Raises:
        DataError: if the arrays have another type or shape, or a label has no class name.
    """

    images: Bytes
    """The square pictures, one in each row, from 0 (background) to 255 (ink): uint8 (n, side * side)."""
    labels: Bytes
    """The label of each example, which is the index of its class name: uint8 (n,)."""
    class_names: tuple[str, ...] = DIGITS
    """The names of the classes; the index of a name is the label."""

    def __post_init__(self) -> None:
        """Check both arrays and make them read-only."""
        _check(self.images, self.labels, self.class_names)
        object.__setattr__(self, "images", _read_only(self.images))
        object.__setattr__(self, "labels", _read_only(self.labels))

    def __repr__(self) -> str:
        """Return the numbers of examples and classes, and the size of a picture."""
        return f"<Split of {len(self):,} pictures, {self.side} x {self.side}, {self.classes} classes>"

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.labels)

    def __reduce__(self) -> tuple[type["Split"], tuple[Bytes, Bytes, tuple[str, ...]]]:
        """Return the constructor and its arguments for pickle, because only the constructor makes the arrays read-only."""
        return Split, (self.images, self.labels, self.class_names)

    @property
    def side(self) -> int:
        """The height and width of a picture, in pixels."""
        return isqrt(self.images.shape[1])

    @property
    def classes(self) -> int:
        """The number of classes, including classes without examples."""
        return len(self.class_names)

    @property
    def noun(self) -> str:
        """The word for one example on the screen: "digit" if the classes are the ten digits, else "picture"."""
        return "digit" if self.class_names == DIGITS else "picture"

    def first(self, limit: int | None) -> "Split":
        """Return the first `limit` examples, or all if `limit` is None or there are fewer.

        Raises:
            DataError: if `limit` is below 1.
        """
        if limit is None or limit >= len(self):
            return self
        if limit < 1:  # Refuse a negative limit, which would count from the end of the array.
            raise DataError(f"the limit of examples is {limit}: it must be at least 1")
        return Split(self.images[:limit], self.labels[:limit], self.class_names)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Training data, test data and perhaps validation data, with their name and source.

    All splits have pictures of the same side and the same class names.

    Raises:
        DataError: if the splits differ in side or class names.
    """

    name: str
    """The name on the screen: "bundled digits", or the name of a file."""
    source: str
    """The source that `load_dataset` needs to load this data: "bundled", or the path of a file from the root."""
    train: Split
    test: Split
    validation: Split | None = None
    """The validation data, which decides the best epoch and early stopping; None if the test data decides them."""
    notes: tuple[str, ...] = ()
    """Sentences without a full stop. They say how the program understood the file, and what is probably a mistake in it."""

    def __post_init__(self) -> None:
        """Check that all splits have the same picture side and class names."""
        for split in self._splits:
            if (split.side, split.class_names) != (self.side, self.class_names):
                raise DataError(
                    f"all splits must have pictures of one size and the same class names, but one split "
                    f"has {self.side} x {self.side} pixels and {self.train.classes} classes, and another has "
                    f"{split.side} x {split.side} pixels and {split.classes} classes"
                )

    def __repr__(self) -> str:
        """Return the name, the numbers of examples and classes, and the size of a picture."""
        parts = [f"{len(self.train):,} to train", f"{len(self.test):,} to test"]
        if self.validation is not None:
            parts.insert(1, f"{len(self.validation):,} to validate")
        classes = len(self.class_names)
        return f"<Dataset {self.name}: {', '.join(parts)}, {self.side} x {self.side}, {classes} classes>"

    @property
    def side(self) -> int:
        """The height and width of a picture, in pixels."""
        return self.train.side

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes; the index of a name is the label."""
        return self.train.class_names

    @staticmethod
    def from_arrays(
        x: Any,
        y: Any,
        x_test: Any = None,
        y_test: Any = None,
        *,
        class_names: Sequence[str] | None = None,
        name: str = "arrays",
    ) -> "Dataset":
        """Return a dataset of pictures `x` and labels `y`. The arrays may have any form that is allowed in a file.

        `x` has the shape (n, side, side) or (n, side * side). Its values go from 0 to 1, from 0 to 255, or for 8 x 8
        pixels from 0 to 16. `y` contains numbers or texts, shape (n,), or a single 1 in each row, shape (n, classes).
        Without test examples, 20 % of the examples of each class are set aside for tests.

        Raises:
            DataError: if the arrays cannot be used.
        """
        # These modules import this one, so they are imported late.
        from tui_nn.data.formats.meaning import dataset_from
        from tui_nn.data.formats.part import Contents, Part

        if (x_test is None) != (y_test is None):
            raise DataError("only one of x_test and y_test was given; give both or none")
        parts = {"train": Part(np.asarray(x), np.asarray(y), "x", "y")}
        if x_test is not None:
            parts["test"] = Part(np.asarray(x_test), np.asarray(y_test), "x_test", "y_test")
        names = None if class_names is None else tuple(class_names)
        return dataset_from(Contents(parts, names), name, ARRAYS)

    def with_notes(self, *notes: str) -> "Dataset":
        """Return the same data with these notes added."""
        return replace(self, notes=(*self.notes, *notes))

    def with_class_names(self, names: tuple[str, ...]) -> "Dataset":
        """Return the data with `names` as its class names, and its labels changed to match. If `names` lacks a class of
        the data, return the data unchanged.

        So a file with only a few classes also fits a network that has more classes.
        """
        if names == self.class_names or not set(self.class_names) <= set(names):
            return self
        numbers = np.array([names.index(name) for name in self.class_names], np.uint8)
        train, test, *more = (Split(part.images, numbers[part.labels], names) for part in self._splits)
        return replace(self, train=train, test=test, validation=more[0] if more else None)

    @property
    def digest(self) -> str:
        """A hash of all examples, as 16 hexadecimal digits. It identifies the data and does not depend on their name."""
        sha = hashlib.sha256()
        for split in self._splits:
            sha.update(f"{len(split)} examples\n".encode())
            sha.update(split.images.data)
            sha.update(split.labels.data)
        # The names of the ten digits are left out, because run files of format 1 contain hashes without them.
        if self.class_names != DIGITS:
            sha.update("\n".join(self.class_names).encode())
        return sha.hexdigest()[:16]

    @property
    def _splits(self) -> tuple[Split, ...]:
        return (self.train, self.test) if self.validation is None else (self.train, self.test, self.validation)


def _check(images: Bytes, labels: Bytes, class_names: tuple[str, ...]) -> None:
    """Raise DataError if these arrays and names cannot form a `Split`."""
    if images.dtype != np.uint8 or images.ndim != 2:
        raise DataError(
            f"the images have the type {images.dtype.name} and the shape {images.shape}, but they must be uint8 of the "
            "shape (n, side * side)"
        )
    side = isqrt(images.shape[1])
    if side * side != images.shape[1] or side not in SIDES:
        raise DataError(
            f"the images have {images.shape[1]} pixels each, but they must be square, with a side of {SIDES[0]} "
            f"to {SIDES[-1]}"
        )
    if len(class_names) not in CLASS_COUNTS:
        raise DataError(
            f"there are {len(class_names)} classes, but there must be {CLASS_COUNTS[0]} to {CLASS_COUNTS[-1]}"
        )
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise DataError(
            f"the labels have the type {labels.dtype.name} and the shape {labels.shape}, but they must be uint8 of the "
            "shape (n,)"
        )
    if len(images) != len(labels):
        raise DataError(f"there are {len(images)} images but {len(labels)} labels; give each image one label")
    if len(images) == 0:
        raise DataError("the data contains no examples; give at least one")
    if labels.max() >= len(class_names):
        raise DataError(
            f"one label is {labels.max()}, but labels must be 0 to {len(class_names) - 1}; leave out the examples with "
            "larger labels"
        )


def _read_only(array: Bytes) -> Bytes:
    """Return a contiguous read-only view. The caller's own array stays as writeable as it was."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
