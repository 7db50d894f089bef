"""Sentences about probable faults in data that a network can nevertheless be trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.measure import measure

_COMPARED = 1000
"""The number of training examples and of test examples that are compared with each other."""
_REPEATED = 0.05
"""A note reports if the training data contain more than this share of the test examples."""
_LIKE, _MORE_LIKE = 0.5, 0.3
"""A note reports exchanged rows and columns if both limits are reached. The program exchanges the rows and columns of
the training pictures, and computes the correlation of their mean pictures with those of the test data. The first limit
is for this correlation, and the second for its increase by the exchange. For 200 and 100 of the bundled digits, the
correlation is 0.26 before and 0.77 after the exchange. For noise, it is less than 0.03.
"""
_SHARE = 5.0
"""A note reports a class if it has more examples than the mean of all classes times this number, or fewer than the mean
divided by this number.
"""


def suspicions(dataset: Dataset) -> list[str]:
    """Return a sentence without a full stop for each thing in the data that is probably a mistake."""
    found = [_reversed(dataset), _turned(dataset), _repeated(dataset), _unbalanced(dataset.train)]
    return [sentence for sentence in found if sentence]


def _reversed(dataset: Dataset) -> str:
    facts = measure(dataset.train)
    if not facts.is_reversed:
        return ""
    return (
        f"the ink is reversed: the pixels at the border of the pictures are {facts.border:.0f} of 255 on "
        "average, but paper should be 0; the network trains on the pictures as they are; in Python, 255 - x "
        "makes them similar to the pictures of MNIST"
    )


def _turned(dataset: Dataset) -> str:
    """Return a sentence if the rows and columns of the training pictures seem to be exchanged, compared with the test
    pictures; "" otherwise.
    """
    train, test = _means(dataset.train), _means(dataset.test)
    both = np.isfinite(train).all(axis=(1, 2)) & np.isfinite(test).all(axis=(1, 2))
    if both.sum() < 2:
        return ""
    train, test = train[both], test[both]
    as_it_is, turned = _alike(train, test), _alike(train.transpose(0, 2, 1), test)
    if turned < _LIKE or turned - as_it_is < _MORE_LIKE:
        return ""
    return (
        "the training pictures have their rows and columns exchanged when compared with the test pictures; convert the "
        f"training pictures in Python with x_train.reshape(-1, {dataset.side}, {dataset.side}).transpose(0, 2, 1)"
    )


def _means(split: Split) -> NDArray[np.float64]:
    """Return the mean picture of each class, shape (classes, side, side), NaN for a class without examples."""
    means = np.full((split.classes, split.side, split.side), np.nan)
    images, labels = split.images[:_COMPARED], split.labels[:_COMPARED]
    for label in range(split.classes):
        if (labels == label).any():
            means[label] = images[labels == label].mean(axis=0).reshape(split.side, split.side)
    return means


def _alike(some: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return the correlation between two sets of mean pictures. The mean of all classes is first subtracted from each set."""
    one, other = (np.ravel(means - means.mean(axis=0)) for means in (some, others))
    length = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / length if length else 0.0


def _repeated(dataset: Dataset) -> str:
    compared = {row.tobytes() for row in dataset.test.images[:_COMPARED]}
    train = {row.tobytes() for row in dataset.train.images if (row.tobytes() in compared)}
    count = sum(row.tobytes() in train for row in dataset.test.images[:_COMPARED])
    total = min(len(dataset.test), _COMPARED)
    if count <= _REPEATED * total:
        return ""
    return (
        f"{count:,} of {'the first ' if total < len(dataset.test) else ''}{total:,} test examples are "
        "training examples too, so the test accuracy does not show how well the network reads new pictures; "
        "take other examples for x_test and y_test"
    )


def _unbalanced(train: Split) -> str:
    counts = np.bincount(train.labels, minlength=train.classes)
    mean = float(counts.mean())
    few, many = int(counts.argmin()), int(counts.argmax())
    if len(train) < 20 * train.classes or (counts[few] * _SHARE >= mean and counts[many] <= _SHARE * mean):
        return ""
    return (
        f"the classes are not balanced: there are {counts[many]:,} training examples of class "
        f"{train.class_names[many]}, but {counts[few]:,} of class {train.class_names[few]}"
    )
