"""The examples of a run: those that it trains on, and those that are set aside to choose its best epoch."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.randomness import Purpose
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.own import own_part


def examples_of(dataset: Dataset, training: TrainingConfig) -> Dataset:
    """Return the data of a run with these settings.

    The training data end at the train limit. The share `validation` of them is set aside, unless the dataset has
    validation data of its own.
    """
    if dataset.validation is not None:
        return replace(dataset, train=dataset.train.first(training.train_limit))
    # The copies of the examples take as much memory as the data itself, so runs with equal settings share them.
    train, validation = _divided(dataset, training.train_limit, training.validation, training.seed)
    return replace(dataset, train=train, validation=validation)


def set_aside(dataset: Dataset, training: TrainingConfig) -> int:
    """Return how many training examples a run with these settings sets aside for validation."""
    if dataset.validation is not None:
        return 0
    return len(_chosen(_labels(dataset, training.train_limit), training.validation, training.seed))


def divide(train: Split, share: float, seed: int, own: int = 0) -> tuple[Split, Split | None]:
    """Return the examples to train on, and those that are set aside for validation; None if no example is set aside.

    The share is set aside from each class, rounded to whole examples. The seed and the share decide which examples. Both results
    keep the order of `train`. Its first `own` examples are your own digits, which are never set aside.
    """
    chosen = _chosen(train.labels[own:], share, seed) + own
    if not len(chosen):
        return train, None
    aside = np.zeros(len(train), dtype=bool)
    aside[chosen] = True
    return _some(train, ~aside), _some(train, aside)


def _chosen(labels: NDArray[np.uint8], share: float, seed: int) -> NDArray[np.intp]:
    """Return the indices of the examples to set aside. The indices for a larger share contain those for a smaller share."""
    random = np.random.default_rng((seed, Purpose.VALIDATION))
    order = random.permutation(len(labels))
    of_class = [order[labels[order] == label] for label in range(int(labels.max(initial=0)) + 1)]
    return np.concatenate([examples[: round(share * len(examples))] for examples in of_class])


def _labels(dataset: Dataset, limit: int | None) -> NDArray[np.uint8]:
    """Return the labels of the training examples that may be set aside. Your own digits are not among them."""
    own = own_part(dataset)
    return dataset.train.first(limit).labels[0 if own is None else len(own) :]


def _some(split: Split, mask: NDArray[np.bool_]) -> Split:
    return Split(split.images[mask], split.labels[mask], split.class_names)


@lru_cache(maxsize=1)
def _divided(dataset: Dataset, limit: int | None, share: float, seed: int) -> tuple[Split, Split | None]:
    own = own_part(dataset)
    return divide(dataset.train.first(limit), share, seed, 0 if own is None else len(own))
