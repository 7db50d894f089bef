"""The scores of a run as text and as JSON: one row for each epoch, and the best and the last score on each split."""

from __future__ import annotations

from typing import Any

from tui_nn.render.numbers import compact, loss_text, percent
from tui_nn.session.run.history import EpochRecord, History
from tui_nn.session.run.run_curves import RunCurves, Score

SCORE_HEADS = f"{'best loss':>10}{'accuracy':>10}{'epoch':>8}{'last loss':>13}{'accuracy':>10}{'epoch':>8}"
"""The headings of the columns that `score_cells` returns."""


def epoch_heads(history: History) -> str:
    """Return the headings of the columns that `epoch_row` returns."""
    beside = "val." if history.monitored_data == "validation" else "test"
    return f"epoch   train loss   train accuracy   {beside} loss   {beside} accuracy   seconds"


def epoch_row(record: EpochRecord) -> str:
    """Return the results of an epoch as columns. They are measured on the validation data, or on the test data if there
    is no validation data.
    """
    return (
        f"{record.epoch:5}{short_loss(record.train_loss):>13}{percent(record.train_accuracy):>17}"
        f"{short_loss(record.monitored_loss):>12}{percent(record.monitored_accuracy):>16}{record.seconds:10.2f}"
    )


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


def short_loss(value: float) -> str:
    """Return a loss as text that fits its column in the table of epochs."""
    return loss_text(value) if value < 100_000 else compact(value)
