"""The bundled digits, altered: some classes are left out, or some of the training labels are shuffled.

The source, a text that names the altered data, contains the alteration: "bundled+only:3,5", or "bundled+shuffled:0.5:0"
for half of the labels and the seed 0. So a run on these data can be saved and opened like every other run.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split

_SOURCE = re.compile(r"bundled(?:\+only:(\d(?:,\d)+))?(?:\+shuffled:(0\.\d{1,9}|1):(\d{1,19}))?")


def altered_source(classes: tuple[str, ...] = (), share: float = 0.0, seed: int = 0) -> str:
    """Return the source (name) of the bundled digits of these classes, or of all if `classes` is empty, with a `share`
    of the training labels shuffled.
    """
    only = f"+only:{','.join(classes)}" if classes else ""
    text = f"{share:.9f}".rstrip("0").rstrip(".")
    return f"bundled{only}" + ("" if text == "0" else f"+shuffled:{text}:{seed}")


def is_bundled(source: str) -> bool:
    """Return whether a source names the bundled digits, altered or not."""
    return _SOURCE.fullmatch(source) is not None


@lru_cache(8)
def load_altered(source: str) -> Dataset:
    """Return the data of a source for which `is_bundled` is true. The test labels are always right."""
    found, data = _SOURCE.fullmatch(source), load_bundled()
    assert found is not None
    classes, share, seed = found.groups()
    names = tuple(sorted(set(classes.split(",")))) if classes else ()
    train, test = reduced(data.train, names), reduced(data.test, names)
    if share:
        train = shuffled(train, float(share), int(seed))
    return data if train is data.train else replace(data, source=source, train=train, test=test)


def reduced(split: Split, classes: tuple[str, ...]) -> Split:
    """Return the examples of these classes, labelled from 0 in the order of `classes`; all examples if `classes` is empty."""
    if not classes:
        return split
    numbers = np.array([split.class_names.index(name) for name in classes])
    chosen = np.flatnonzero(np.isin(split.labels, numbers))
    labels = np.searchsorted(numbers, split.labels[chosen]).astype(np.uint8)
    return Split(split.images[chosen], labels, classes)


def shuffled(split: Split, share: float, seed: int) -> Split:
    """Return the examples after the labels of a random `share` of them were shuffled."""
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(split))[: round(share * len(split))]
    labels = split.labels.copy()
    labels[chosen] = labels[random.permutation(chosen)]
    return Split(split.images, labels, split.class_names)
