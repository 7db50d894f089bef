"""The bundled digits: 5,000 digits of MNIST in their original order. digits.txt names their source."""

from functools import cache
from importlib.resources import files

import numpy as np

from tui_nn.data.dataset import Dataset, Split


@cache
def load_bundled() -> Dataset:
    """Load 4,000 training examples (400 of each class) and 1,000 test examples (100 of each class).

    A dataset is read-only, so all callers share one. Only the first call reads the file.

    The first 3,567 training examples are the first 3,567 of MNIST's training set.
    """
    with (
        files("tui_nn.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        train = Split(arrays["x_train"], arrays["y_train"])
        test = Split(arrays["x_test"], arrays["y_test"])
    return Dataset(name="bundled digits", source="bundled", train=train, test=test)
