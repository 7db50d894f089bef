"""The training examples that are set aside for validation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import TrainingConfig
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.own import add_to
from tui_nn.data.validation import divide, examples_of, set_aside


def numbered(counts: dict[int, int], first: int = 0) -> Split:
    """Return examples whose first two pixels contain their number. `counts` has the number of examples of each class."""
    labels = np.random.default_rng(5).permutation(np.repeat(list(counts), list(counts.values()))).astype(np.uint8)
    images = np.zeros((len(labels), 784), np.uint8)
    images[:, 0], images[:, 1] = np.divmod(np.arange(first, first + len(labels)), 256)
    return Split(images, labels)


def numbers(split: Split | None) -> list[int]:
    assert split is not None
    return [int(image[0]) * 256 + int(image[1]) for image in split.images]


TRAIN = numbered({0: 100, 1: 300, 7: 21, 9: 2})


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_share_of_each_class_is_set_aside_and_no_example_is_lost(share: float) -> None:
    train, validation = divide(TRAIN, share, seed=0)
    assert validation is not None
    for label, count in enumerate(np.bincount(TRAIN.labels, minlength=10)):
        assert np.count_nonzero(validation.labels == label) == round(share * int(count))
    assert sorted(numbers(train) + numbers(validation)) == numbers(TRAIN)
    assert numbers(train) == sorted(numbers(train)), "the examples keep their order"
    for part in (train, validation):
        assert (part.labels == TRAIN.labels[numbers(part)]).all()


def test_the_seed_decides_which_examples_are_set_aside() -> None:
    first, again, other = (numbers(divide(TRAIN, 0.1, seed)[1]) for seed in (3, 3, 4))
    assert first == again != other


def test_a_larger_share_contains_the_smaller_one() -> None:
    small, large = (numbers(divide(TRAIN, share, seed=0)[1]) for share in (0.1, 0.3))
    assert set(small) < set(large)


@pytest.mark.parametrize(("counts", "share"), [({0: 50, 1: 50}, 0.0), ({0: 4, 1: 4}, 0.1), ({3: 1}, 0.5)])
def test_without_a_whole_example_nothing_is_set_aside(counts: dict[int, int], share: float) -> None:
    few = numbered(counts)
    assert divide(few, share, seed=0) == (few, None)


def test_your_own_digits_are_trained_on_and_leave_the_others_where_they_are() -> None:
    data = Dataset("some", "some", TRAIN, numbered({0: 5}))
    with_own = add_to(data, numbered({1: 40}, first=5000))
    training = TrainingConfig(validation=0.2)
    assert numbers(examples_of(with_own, training).validation) == numbers(examples_of(data, training).validation)
    assert numbers(examples_of(with_own, training).train)[:40] == list(range(5000, 5040))
    assert examples_of(with_own, replace(training, train_limit=30)).validation is None


def test_examples_are_set_aside_from_those_up_to_the_train_limit() -> None:
    data = Dataset("some", "some", TRAIN, numbered({0: 5}))
    found = examples_of(data, TrainingConfig(train_limit=200, validation=0.1))
    assert found.validation is not None
    assert sorted(numbers(found.train) + numbers(found.validation)) == list(range(200))
    assert found.test is data.test


def test_data_with_validation_data_of_its_own_keeps_it() -> None:
    own = numbered({0: 5}, first=7000)
    data = Dataset("some", "some", TRAIN, numbered({0: 5}), own)
    found = examples_of(data, TrainingConfig(validation=0.1))
    assert (found.train, found.validation) == (TRAIN, own)
    assert add_to(data, numbered({1: 1})).validation is own


def test_the_number_of_examples_set_aside_is_that_of_the_division() -> None:
    digits = Dataset("some", "some", TRAIN, numbered({0: 5}))
    for settings in ({}, {"train_limit": 205}, {"validation": 0.0}, {"validation": 0.33, "seed": 3}):
        training = TrainingConfig(**settings)
        validation = examples_of(digits, training).validation
        assert set_aside(digits, training) == (0 if validation is None else len(validation))
