"""The gradient check for the network of a snapshot. It compares backpropagation with finite differences of the loss."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.gradient_check import GradientRow, check_gradient
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot

EXAMPLES = 32
"""The number of test examples for the check. The check takes the first ones."""
COUNT = 20
"""The number of parameters that are checked if no other number is requested."""
AGREE = 1e-6
"""Both gradients agree if their relative error is below this number. Finite differences are no more exact than this."""
WRONG = 1e-3
"""One of the two gradients is wrong if their relative error is above this number."""


def check_snapshot(snapshot: Snapshot, test: Split, count: int = COUNT, seed: int = 0) -> tuple[GradientRow, ...]:
    """Check the gradient of `count` random parameters, equally many from each W and b. Return one row for each, the largest error
    first.

    The check uses float64 and the first `EXAMPLES` test examples, with penalties but without dropout and noise. It
    changes nothing.

    Raises:
        Diverged: if the loss is not finite.
    """
    some = test.first(EXAMPLES)
    return check_gradient(
        snapshot.mlp, some.images, some.labels, count, np.random.default_rng(seed), training=snapshot.training
    )


def passed_over(test: Split) -> str:
    """Return a sentence about the weights that are checked last, because their input is 0 for every example."""
    some = test.first(EXAMPLES)
    silent = int(np.count_nonzero(~some.images.any(axis=0)))
    return f"In these {len(some)} pictures, {silent} pixels never have ink. Their weights are checked last."


def verdict(rows: tuple[GradientRow, ...]) -> str:
    """Return a sentence about the largest error.

    It says that both gradients agree, that they differ a little, or that one is wrong.
    """
    if not rows:
        return (
            "no parameter could be checked, because changing any of them moves a unit across the kink of its activation"
        )
    worst = rows[0].relative_error
    if worst < AGREE:
        return f"both gradients agree: the largest relative error is {worst:.1e}".replace("e-0", "e−").replace(
            "e-", "e−"
        )
    if worst < WRONG:
        return f"both gradients nearly agree: the largest relative error is {worst:.1e}, for a very small gradient"
    return f"the two gradients do not agree: the largest relative error is {worst:.1e}"
