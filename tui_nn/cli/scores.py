"""The best and the last score of a run on each split, as text and as JSON."""

from __future__ import annotations

from typing import Any

from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.run.run_curves import RunCurves, Score

SCORE_HEADS = f"{'best loss':>10}{'accuracy':>10}{'epoch':>8}{'last loss':>13}{'accuracy':>10}{'epoch':>8}"
"""The headings of `score_cells`."""


def score_cells(curves: RunCurves, split: str) -> str:
    """Return the best and the last score on a split: loss, accuracy and epoch of each."""
    return f"{_cells(curves.best(split))}   {_cells(curves.last(split))}"


def scores_as_dict(curves: RunCurves) -> dict[str, Any]:
    """Return the best and the last score on each split. The best one is None if the run has no trained epoch."""
    return {
        split: {
            "last": curves.last(split)._asdict(),
            "best": best._asdict() if (best := curves.best(split)) is not None else None,
        }
        for split in curves.splits
    }


def _cells(score: Score | None) -> str:
    if score is None:
        return f"{'–':>10}{'–':>10}{'–':>8}"
    return f"{loss_text(score.loss):>10}{percent(score.accuracy):>10}{score.epoch:>8,}"
