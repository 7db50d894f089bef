"""Backprop against central differences, on the network of a snapshot."""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.gradient_check import GradientRow, check_gradient
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot

EXAMPLES = 32
"""Test digits that it is checked on: the first."""
COUNT = 20
"""Parameters that are checked unless more are asked for."""
AGREE = 1e-6
"""Below this relative error the two agree, to the digits that a difference has."""
WRONG = 1e-3
"""Above it one of the two is wrong."""


def check_snapshot(snapshot: Snapshot, test: Split, count: int = COUNT, seed: int = 0) -> tuple[GradientRow, ...]:
    """Check `count` parameters drawn from the seed, as many of every W and b, the worst first.

    Penalties are in it, dropout and noise are not.

    It works in float64 on the first `EXAMPLES` test digits and changes nothing.

    Raises:
        Diverged: if the loss is not finite.
    """
    some = test.first(EXAMPLES)
    return check_gradient(
        snapshot.mlp, some.images, some.labels, count, np.random.default_rng(seed), training=snapshot.training
    )


def passed_over(test: Split) -> str:
    """Which weights are drawn only where there are no others: their gradient is 0, and right, whatever backprop does."""
    some = test.first(EXAMPLES)
    silent = int(np.count_nonzero(~some.images.any(axis=0)))
    return f"Passed over: weights of {silent} pixels without ink in these {len(some)} digits."


def verdict(rows: tuple[GradientRow, ...]) -> str:
    """What the worst of them says."""
    if not rows:
        return "no parameter could be checked: all are at a corner of the activation"
    worst = rows[0].relative_error
    if worst < AGREE:
        return f"they agree: the largest relative error is {worst:.1e}".replace("e-0", "e−").replace("e-", "e−")
    if worst < WRONG:
        return f"they nearly agree: the largest relative error is {worst:.1e}, of a very small gradient"
    return f"they do not agree: the largest relative error is {worst:.1e}"
