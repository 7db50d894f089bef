"""One way in to every kind of data."""

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset
from tui_nn.data.keras import load_keras


def load_dataset(source: str | None = None) -> Dataset:
    """Load the bundled digits (None or "bundled"), or else the Keras-layout file at the path `source`.

    Raises DataError when the file cannot be used. A file that is itself called "bundled" is "./bundled".
    """
    if source is None or source == "bundled":
        return load_bundled()
    return load_keras(source)
