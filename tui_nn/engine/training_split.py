"""The training examples of an opened run, for screens that show some of them or evaluate the network on all.

The engine's process holds the same examples. This module loads them a second time when a screen first needs them. The
second copy of MNIST takes 55 MB, but training never waits for the screen.
"""

from __future__ import annotations

from functools import lru_cache

from tui_nn.data.dataset import DataError, Split
from tui_nn.data.loading import load_dataset
from tui_nn.data.validation import divide
from tui_nn.engine.messages import Opened
from tui_nn.session.run.snapshot import Snapshot


def load_trained_examples(opened: Opened, snapshot: Snapshot) -> Split:
    """Load the examples that a run trains on. Call this on a worker thread: the file may be large.

    Raises:
        DataError: for the same reasons as `load_training_split`.
    """
    training = snapshot.training
    train = load_training_split(opened).first(training.train_limit)
    if not snapshot.set_aside:
        return train
    return divide(train, training.validation, training.seed, 0 if opened.own is None else len(opened.own))[0]


def load_training_split(opened: Opened) -> Split:
    """Load all training examples. Call this on a worker thread: the file may be large.

    Raises:
        DataError: if the file cannot be read any more, or now contains another number of examples.
    """
    train = _load(opened.source, opened.own) if opened.train is None else opened.train
    if len(train) != opened.train_examples:
        raise DataError(
            f"{opened.data_name} has changed since the app opened it: it now contains {len(train):,} training examples"
        )
    return train


@lru_cache(1)
def _load(source: str, own: Split | None) -> Split:
    return load_dataset(source, own).train
