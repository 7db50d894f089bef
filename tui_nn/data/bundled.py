"""The bundled digits: 5,000 of MNIST's, in MNIST's own order. digits.txt says where they come from."""

from importlib.resources import files

import numpy as np

from tui_nn.data.dataset import Dataset, Split


def load_bundled() -> Dataset:
    """Load 4,000 training examples (400 a class) and 1,000 test examples (100 a class).

    The first 3,567 training examples are exactly the first 3,567 of MNIST's training set.
    """
    with (
        files("tui_nn.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        train = Split(arrays["x_train"], arrays["y_train"])
        test = Split(arrays["x_test"], arrays["y_test"])
    return Dataset(name="bundled digits", source="bundled", train=train, test=test)
