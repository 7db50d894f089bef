"""A copy of a snapshot's network with weights, biases or units changed by hand, and how well it predicts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tui_nn.analysis.passes import Stop, Stopped
from tui_nn.analysis.units import count_correct
from tui_nn.core.choices.edits import Edits, edited
from tui_nn.core.network import MLP
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot


def edited_copy(snapshot: Snapshot, edits: Edits) -> MLP:
    """Return a copy of the snapshot's network with these edits; without edits, return the network itself."""
    return MLP(snapshot.network, edited(snapshot.parameters, edits)) if edits else snapshot.mlp


def correct_of_network(snapshot: Snapshot, test: Split) -> int:
    """Return the number of test examples that the unedited network classifies correctly."""
    return int(np.count_nonzero(snapshot.evaluation.predicted == test.labels))


def correct_of_copy(snapshot: Snapshot, test: Split, edits: Edits, stop: Stop) -> Iterator[int]:
    """Yield the number of test examples that the edited copy classifies correctly; yield nothing if `stop` returns True."""
    try:
        yield count_correct(edited_copy(snapshot, edits), test.images, test.labels, stop)
    except Stopped:
        return
