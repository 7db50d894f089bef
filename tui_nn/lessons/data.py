"""The data of a lesson: the bundled digits, perhaps reduced to some classes, perhaps with shuffled training labels."""

from __future__ import annotations

from tui_nn.data.dataset import Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.engine.messages import Start
from tui_nn.lessons.lesson import Setup


def start_of(setup: Setup) -> Start:
    """Return the `Start` with which an engine begins a lesson."""
    return Start(setup.network, setup.training, setup.preset, setup.source)


def dataset_of(setup: Setup) -> Dataset:
    """Return the training and test data of a lesson. The test labels are always right."""
    return load_dataset(setup.source)
