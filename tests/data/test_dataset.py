import pickle

import numpy as np
import pytest

from tui_nn.data.dataset import Bytes, DataError, Dataset, Split


def make_split(count: int = 3) -> Split:
    return Split(np.arange(count * 784).reshape(count, 784).astype(np.uint8), np.arange(count).astype(np.uint8))


def test_length_is_the_number_of_examples() -> None:
    assert len(make_split(3)) == 3


def test_arrays_are_read_only() -> None:
    split = make_split()
    with pytest.raises(ValueError, match="read-only"):
        split.images[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        split.labels[0] = 1


def test_the_callers_own_array_stays_writeable() -> None:
    images, labels = np.zeros((2, 784), np.uint8), np.zeros(2, np.uint8)
    Split(images, labels)
    assert images.flags.writeable
    assert labels.flags.writeable


def test_a_pickled_split_is_still_read_only() -> None:
    split = make_split()
    copy = pickle.loads(pickle.dumps(split))
    assert np.array_equal(copy.images, split.images)
    assert np.array_equal(copy.labels, split.labels)
    assert not copy.images.flags.writeable
    assert not copy.first(2).labels.flags.writeable


def test_first_takes_from_the_start() -> None:
    split = make_split(3)
    assert split.first(2).labels.tolist() == [0, 1]
    assert np.array_equal(split.first(2).images, split.images[:2])


@pytest.mark.parametrize("limit", [None, 3, 1_000_000])
def test_first_gives_all_when_there_are_no_more(limit: int | None) -> None:
    split = make_split(3)
    assert split.first(limit) is split


@pytest.mark.parametrize("limit", [0, -1])
def test_first_refuses_less_than_one(limit: int) -> None:
    with pytest.raises(DataError, match="at least 1"):
        make_split().first(limit)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 783), np.uint8), np.zeros(2, np.uint8), r"783 pixels each, but they must be square"),
        (
            np.zeros((2, 28, 28), np.uint8),
            np.zeros(2, np.uint8),
            r"type uint8 and the shape \(2, 28, 28\), but they must be",
        ),
        (np.zeros((2, 784), np.float32), np.zeros(2, np.uint8), "images have the type float32"),
        (np.zeros((2, 784), np.uint8), np.zeros(2, np.int64), "labels have the type int64"),
        (
            np.zeros((2, 784), np.uint8),
            np.zeros((2, 1), np.uint8),
            r"labels have the type uint8 and the shape \(2, 1\)",
        ),
        (np.zeros((2, 784), np.uint8), np.zeros(3, np.uint8), "2 images but 3 labels"),
        (np.zeros((0, 784), np.uint8), np.zeros(0, np.uint8), "no examples"),
        (np.zeros((2, 784), np.uint8), np.array([9, 10], np.uint8), "label is 10, but labels must be 0 to 9"),
    ],
)
def test_arrays_that_are_no_split_are_refused(images: Bytes, labels: Bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Split(images, labels)


def test_the_digest_depends_on_the_examples_and_not_on_their_name() -> None:
    split, other = make_split(3), make_split(4)
    digest = Dataset("a", "a", split, other).digest
    assert digest == Dataset("b", "b", make_split(3), make_split(4)).digest
    assert len(digest) == 16
    assert digest not in {Dataset("a", "a", other, split).digest, Dataset("a", "a", split, split).digest}


def test_digest_sees_one_pixel_and_one_label() -> None:
    split = make_split()
    images, labels = split.images.copy(), split.labels.copy()
    images[1, 300] ^= 1
    labels[2] ^= 1
    digest = Dataset("a", "a", split, split).digest
    assert Dataset("a", "a", split, Split(images, split.labels)).digest != digest
    assert Dataset("a", "a", Split(split.images, labels), split).digest != digest
