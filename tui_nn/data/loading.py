"""One way in to every kind of data."""

import os

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.keras import load_keras
from tui_nn.data.own import add_to, first_own, parted


def load_dataset(source: str | os.PathLike[str] | None = None, own: Split | None = None) -> Dataset:
    """Load the bundled digits (None or "bundled"), or else the Keras-layout file at the path `source`.

    A source that ends in "+own" has all of one's own digits too, one that ends in "+own:12" the first 12 of them;
    where `own` is given, those are what it has.

    Raises DataError when the file cannot be used. A file that is itself called "bundled" is "./bundled".
    """
    base, count = parted(None if source is None else os.fspath(source))
    dataset = load_bundled() if base is None or base == "bundled" else load_keras(base)
    return dataset if count is None else add_to(dataset, first_own(count) if own is None else own)
