"""Resizing of all pictures of a dataset to another side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import SIDES, Bytes, DataError, Dataset, Split

_CHUNK = 2**20
"""The number of pixels that are converted at once."""


def resize(dataset: Dataset, side: int) -> Dataset:
    """Return the dataset with pictures of `side` x `side` pixels, and the same labels, class names and notes.

    Each pixel of a smaller picture is the mean of the area that it covers. The pixels of a larger picture are interpolated
    linearly. The result has the same bits on every machine.

    Raises:
        DataError: if `side` is not allowed.
    """
    if side not in SIDES:
        raise DataError(f"the side is {side}: it must be a whole number from {SIDES[0]} to {SIDES[-1]}")

    def resized(split: Split) -> Split:
        return Split(_resized(split.images, split.side, side), split.labels, split.class_names)

    validation = None if dataset.validation is None else resized(dataset.validation)
    return replace(dataset, train=resized(dataset.train), test=resized(dataset.test), validation=validation)


def _resized(images: Bytes, side: int, out: int) -> Bytes:
    """Return pictures (n, side * side) as pictures (n, out * out)."""
    if side == out:
        return images
    shares = _shares(side, out)
    total = shares[0].sum() ** 2  # The shares of every new row have the same sum.
    result = np.empty((len(images), out * out), np.uint8)
    step = max(1, _CHUNK // max(side, out) ** 2)
    for at in range(0, len(images), step):
        pictures = images[at : at + step].reshape(-1, side, side)
        sums = shares @ pictures @ shares.T
        result[at : at + step] = np.rint(sums / total).reshape(len(pictures), -1)
    return result


def _shares(side: int, out: int) -> NDArray[np.float64]:
    """Return a matrix of shape (out, side) whose entry (i, j) is the share that old row j has in new row i.

    The shares are whole numbers, so that sums of pixels times shares are exact. All rows of the result have the same sum.
    """
    new, old = np.arange(out)[:, None], np.arange(side)
    if out < side:
        # Heights are whole numbers, in a unit in which the picture has the height side * out. So a new row has the
        # height `side`, and an old row has the height `out`.
        overlap = np.minimum((new + 1) * side, (old + 1) * out) - np.maximum(new * side, old * out)
        return np.asarray(np.clip(overlap, 0, None), np.float64)
    # Positions are whole numbers, in a unit in which an old row has the height 2 * out. The middle of a new row may lie
    # above the middle of the first old row or below that of the last one. Then it is moved there, because nothing can
    # be interpolated outside.
    middles = np.clip((2 * new + 1) * side, out, (2 * side - 1) * out)
    return np.asarray(np.clip(2 * out - np.abs(middles - (2 * old + 1) * out), 0, None), np.float64)
