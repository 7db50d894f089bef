"""Reader of data in the layout of Keras, such as its `mnist.npz`: a zip archive of four arrays."""

import os
from pathlib import Path

from tui_nn.data.dataset import IMAGE_SIDE, IMAGE_SIZE, Bytes, DataError, Dataset, Split
from tui_nn.data.npz import read_arrays
from tui_nn.data.printable import printable

ROWS: dict[str, tuple[int, ...]] = {
    "x_train": (IMAGE_SIDE, IMAGE_SIDE),
    "y_train": (),
    "x_test": (IMAGE_SIDE, IMAGE_SIDE),
    "y_test": (),
}
"""The arrays that a file must contain, with the shape of one example in each."""

_LAYOUT = "give a file in Keras's layout, such as its mnist.npz"


def load_keras(path: str | os.PathLike[str]) -> Dataset:
    """Load a file with x_train and x_test, uint8 (n, 28, 28), and y_train and y_test, uint8 (n,), from 0 to 9.

    Other arrays in the file are ignored. `~` in the path is the home directory.

    Raises:
        DataError: if the file cannot be used; the message is one sentence that names it.
    """
    source = os.fspath(path)
    try:
        arrays = read_arrays(source, ROWS, _LAYOUT)
        train = _split(arrays, "train")
        test = _split(arrays, "test")
    except DataError as error:
        raise DataError(f"Cannot use '{printable(source)}': {error}.") from error
    return Dataset(name=printable(Path(source).name), source=_whole(source), train=train, test=test)


def _whole(path: str) -> str:
    """Return the path from the root, so that a saved run finds its data from any folder."""
    try:
        return os.path.abspath(os.path.expanduser(path))
    except OSError:  # The present folder has been removed.
        return path


def _split(arrays: dict[str, Bytes], part: str) -> Split:
    """Return the split for `part`, "train" or "test". Raise DataError if its images and labels do not fit together."""
    images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
    try:
        return Split(images.reshape(len(images), IMAGE_SIZE), labels)
    except DataError as error:
        raise DataError(f"in x_{part} and y_{part} {error}") from error
