"""The data of a lesson: the bundled digits, perhaps reduced to some classes, perhaps with shuffled training labels."""

from __future__ import annotations

from functools import cache

import numpy as np

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.engine.messages import Start
from tui_nn.lessons.lesson import Setup


def start_of(setup: Setup) -> Start:
    """Return the `Start` with which an engine begins a lesson. It contains the data only if they are not the bundled digits."""
    return Start(setup.network, setup.training, setup.preset, dataset=dataset_of(setup) if setup.own_data else None)


def dataset_of(setup: Setup) -> Dataset:
    """Return the training and test data of a lesson. The test labels are always right."""
    data = bundled()
    train, test = (reduced(split, setup.classes) for split in (data.train, data.test))
    if setup.shuffled_labels:
        train = shuffled(train, setup.shuffled_labels, setup.training.seed)
    return data if (train, test) == (data.train, data.test) else Dataset(data.name, data.source, train, test)


@cache
def bundled() -> Dataset:
    """Return the bundled digits. They are loaded once."""
    return load_bundled()


def reduced(split: Split, classes: tuple[str, ...]) -> Split:
    """Return the examples of these classes, labelled from 0 in the order of `classes`; all of them if `classes` is empty."""
    if not classes:
        return split
    numbers = np.array([split.class_names.index(name) for name in classes])
    chosen = np.flatnonzero(np.isin(split.labels, numbers))
    labels = np.searchsorted(numbers, split.labels[chosen]).astype(np.uint8)
    return Split(split.images[chosen], labels, classes)


def shuffled(split: Split, share: float, seed: int) -> Split:
    """Return the examples with some labels exchanged at random. `share` is the part of all examples whose labels are shuffled."""
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(split))[: round(share * len(split))]
    labels = split.labels.copy()
    labels[chosen] = labels[random.permutation(chosen)]
    return Split(split.images, labels, split.class_names)
