"""Evaluation: the outputs, losses and predictions of a network for many examples, in chunks and on several threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.fast.blas import one_thread
from tui_nn.core.fast.chunks import chunk_rows
from tui_nn.core.fast.workers import side_by_side, worker_count
from tui_nn.core.losses import write_targets
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Labels, Pixels, frozen

Watch = Callable[[int, Array], None]
"""A function that receives the number of a layer and its activations, shape (rows, fan_out), for every chunk of the examples.
"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation:
    """The results of a network on n examples with k classes; read-only arrays."""

    outputs: Array
    """The outputs, shape (n, k). Outputs of softmax are probabilities; outputs of sigmoid need not add up to 1."""
    losses: Array
    """The loss of each example, shape (n,)."""
    predicted: Labels
    """The class with the largest output, shape (n,).

    If an output of an example is not finite, the example has no prediction. Its value is then a wrong class, so that it
    counts as misclassified.
    """

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.outputs, self.losses, self.predicted):
            frozen(array)

    def __reduce__(self) -> tuple[type[Evaluation], tuple[Array, Array, Labels]]:
        # Pickled arrays lose their read-only flag. So unpickling calls the constructor, which sets it again.
        return Evaluation, (self.outputs, self.losses, self.predicted)

    @property
    def loss(self) -> float:
        """The mean loss."""
        # The sum is float64, because a float32 sum of many losses would depend on the order in which they are added.
        return float(self.losses.mean(dtype=np.float64))


def evaluate(mlp: MLP, pictures: Pixels, labels: Labels, watch: Watch | None = None) -> Evaluation:
    """Return the outputs, losses and predictions for pictures (n, d) with labels (n,). NaN and infinity cause no warnings."""
    outputs = np.empty((len(pictures), mlp.config.output_size), dtype=mlp.config.dtype)
    losses = np.empty(len(pictures), dtype=mlp.config.dtype)
    rows = chunk_rows(len(pictures))

    def answer(start: int, seen: list[Array]) -> None:
        part = slice(start, start + rows)
        z, a = mlp.layers(scale_pixels(pictures[part], mlp.config))
        seen += a
        outputs[part] = a[-1]
        write_targets(labels[part], targets := np.empty_like(a[-1]))
        losses[part] = mlp.loss.values(z[-1], a[-1], targets, np.empty_like(targets))

    at_once = rows * worker_count()
    with np.errstate(all="ignore"), one_thread():
        for first in range(0, len(pictures), at_once):
            starts = range(first, min(first + at_once, len(pictures)), rows)
            chunks: dict[int, list[Array]] = {start: [] for start in starts}
            side_by_side([partial(answer, start, seen) for start, seen in chunks.items()])
            if watch is not None:
                for seen in chunks.values():
                    for layer, a in enumerate(seen):
                        watch(layer, a)
    predicted = outputs.argmax(axis=1).astype(np.uint8)
    if (lost := ~np.isfinite(outputs).all(axis=1)).any():
        predicted[lost] = (labels[lost].astype(np.int64) + 1) % outputs.shape[1]
    return Evaluation(outputs, losses, predicted)
