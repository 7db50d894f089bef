"""The examples that a reader found in a file, before their pixels and labels are converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from numpy.typing import NDArray

from tui_nn.data.dataset import SIDES, DataError

PARTS = ("train", "test", "validation")
"""The names of the parts of a dataset."""

LARGEST_TABLE = 2**28
"""The largest number of pixels in the pictures of one part. The training part of MNIST has 47 million pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Pictures with labels, as they are stored in a file."""

    images: NDArray[Any]
    """The pictures, as numbers of the shape (n, side, side), (n, side * side), (n, side, side, 1) or (n, 1, side, side)."""
    labels: NDArray[Any]
    """The labels: numbers or texts of the shape (n,) or (n, 1), or numbers (n, classes) with a single 1 in each row."""
    images_name: str = "the images"
    labels_name: str = "the labels"


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The contents that a reader has found in a file."""

    parts: dict[str, Part]
    """The examples by their purpose: "train", and perhaps "test" and "validation"."""
    class_names: tuple[str, ...] | None = None
    """The name of each class; None if the labels are names, or numbers without names."""
    notes: tuple[str, ...] = ()
    """Sentences without a full stop about unusual things in the file."""


def side_of(name: str, shape: Sequence[int]) -> int:
    """Return the side of the pictures in an array of this shape.

    Raises:
        DataError: if an array of this shape does not contain one square picture of an allowed side for each example.
    """
    row = [length for length in shape[1:] if length != 1]
    if len(row) == 3 and (row[2] in (3, 4) or row[0] in (3, 4)):
        axis = 3 if row[2] in (3, 4) else 1
        raise DataError(
            f"{name} has the shape {_shown(shape)} of colour pictures, but grey pictures are needed: convert "
            f"them in Python with {_word(name)}.mean(axis={axis})"
        )
    side = isqrt(row[0]) if len(row) == 1 else row[0] if len(row) == 2 else 0
    pixels = row[0] if len(row) == 1 else row[0] * row[1] if len(row) == 2 else 0
    if side * side != pixels or (len(row) == 2 and row[0] != row[1]) or side not in SIDES:
        raise DataError(
            f"{name} has the shape {_shown(shape)}, but the shape must be (n, side, side) or (n, side * side) "
            "with a side of "
            f"{SIDES[0]} to {SIDES[-1]}; cut or scale its pictures to one square size"
        )
    if shape[0] * side * side > LARGEST_TABLE:
        raise DataError(
            f"{name} has {shape[0]:,} pictures of {side} x {side} pixels, but at most {LARGEST_TABLE:,} pixels are allowed: "
            f"keep the first {LARGEST_TABLE // side**2:,} pictures"
        )
    return side


def check_counts(images_name: str, images: Sequence[int], labels_name: str, labels: Sequence[int]) -> None:
    """Raise DataError if arrays of these shapes have no examples, or not one label for each picture."""
    if not labels or not images:
        raise DataError(
            f"{images_name if not images else labels_name} is a single number; give one row for each example"
        )
    count = min(images[0], labels[0])
    if images[0] != labels[0]:
        raise DataError(
            f"{images_name} has {images[0]:,} pictures, but {labels_name} has {labels[0]:,} labels; give each picture one "
            f"label; if only the last pictures or labels are missing, keep the first {count:,} of both with "
            f"{_word(images_name)}[:{count}] and {_word(labels_name)}[:{count}]"
        )
    if not count:
        raise DataError(
            f"there are no examples, because {images_name} has the shape {_shown(images)}; give at least one"
        )
    if len(labels) > 2 or (len(labels) == 2 and labels[1] > 1000):
        raise DataError(
            f"{labels_name} has the shape {_shown(labels)}, but the shape must be (n,), (n, 1) or (n, classes); "
            "give one label for "
            "each picture"
        )


def _shown(shape: Sequence[int]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def _word(name: str) -> str:
    """Return the name of an array in a form that fits into a line of Python."""
    return name if name.isidentifier() else "x" if "image" in name or "picture" in name else "y"
