"""The training digits, for the screens that show some of them or ask the network about all.

They live in the engine's process; here they are loaded once more, when they are first wanted: 55 MB for the whole of MNIST,
and no command that would hold the training up.
"""

from __future__ import annotations

from functools import lru_cache

from tui_nn.data.dataset import DataError, Split
from tui_nn.data.loading import load_dataset
from tui_nn.engine.messages import Opened


def training_digits(data: Opened, limit: int | None = None) -> Split:
    """The first `limit` of the digits that `data` trains on, or all. To be called on a thread: it may read a large file.

    Raises:
        DataError: if they cannot be read any more, or are others.
    """
    train = _load(data.source, data.own)
    if len(train) != data.train_examples:
        raise DataError(f"{data.data_name} has changed since it was opened: its training digits are others now")
    return train.first(limit)


@lru_cache(1)
def _load(source: str, own: Split | None) -> Split:
    return load_dataset(source, own).train
