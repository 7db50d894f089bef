"""The function `load_dataset`, which loads data of every kind from its source."""

import os

from tui_nn.data.altered import is_bundled, load_altered
from tui_nn.data.dataset import ARRAYS, DataError, Dataset, Split
from tui_nn.data.fence import unreadable
from tui_nn.data.formats.reading import read_data
from tui_nn.data.own import add_to, first_own, parted
from tui_nn.data.printable import printable


def load_dataset(source: str | os.PathLike[str] | None = None, own: Split | None = None) -> Dataset:
    """Load the bundled digits (None or "bundled", or altered as in "bundled+only:3,5"), or the file or folder at the path `source`.

    A source that ends in "+own" adds all of your own digits, and one that ends in "+own:12" adds the first 12. If the
    argument `own` is given, its digits are added instead. For a file that is named "bundled", write the source
    "./bundled".

    Raises:
        DataError: if the file cannot be used.
    """
    base, count = parted(None if source is None else os.fspath(source))
    base = "bundled" if base is None else base
    dataset = load_altered(base) if is_bundled(base) else _read(base)
    return dataset if count is None else add_to(dataset, first_own(count) if own is None else own)


def _read(source: str) -> Dataset:
    if source == ARRAYS:
        raise DataError(
            "The data of this run were arrays in a Python program: save them with write_data and give the file with --data."
        )
    if reason := unreadable(source):
        raise DataError(f"'{printable(source)}' cannot be opened: {reason}")
    return read_data(source)
