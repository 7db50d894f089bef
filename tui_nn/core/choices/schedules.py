"""Schedules: how the learning rate changes during training.

Every row of the table SCHEDULES returns the factor by which the learning rate is multiplied.

To add a schedule, add a row. The form, the flags, the help and the tests read the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, floor, pi

from tui_nn.config.configs import TrainingConfig


@dataclass(frozen=True, slots=True)
class Schedule:
    """A learning-rate schedule: one row of the table SCHEDULES."""

    name: str
    label: str
    formula: str
    purpose: str
    factor: Callable[[float, TrainingConfig], float]
    """The function (complete epochs, config) that returns the factor for the learning rate. The factor is at least 0."""
    uses: tuple[str, ...] = ()
    """The names of the settings that this schedule uses, besides the learning rate."""
    source: str = ""
    """The publication of the schedule."""
    over_plan: bool = False
    """True if the schedule is stretched so that it ends when the planned epochs end."""


def _step(position: float, t: TrainingConfig) -> float:
    return t.drop_factor ** floor(position / t.drop_epochs)


def _cosine(position: float, t: TrainingConfig) -> float:
    # After the planned epochs, the key r trains the same number of epochs again. Then the schedule starts again, too.
    return _fall(position % t.epochs / t.epochs)


def _fall(share: float) -> float:
    return (1 + cos(pi * share)) / 2


def _warmup(position: float, t: TrainingConfig) -> float:
    return min(position / t.warmup_epochs, 1.0) if t.warmup_epochs else 1.0


def _warmup_cosine(position: float, t: TrainingConfig) -> float:
    at = position % t.epochs
    if at < t.warmup_epochs:
        return _warmup(at, t)
    return _fall((at - t.warmup_epochs) / (t.epochs - t.warmup_epochs))


SCHEDULES = {
    row.name: row
    for row in (
        Schedule("constant", "constant", "rate", "the learning rate never changes", lambda position, t: 1.0),
        Schedule(
            "step", "step", "rate × factor^(epochs done / drop every)", "the learning rate falls in steps", _step,
            uses=("drop_epochs", "drop_factor"),
        ),
        Schedule(
            "cosine", "cosine", "rate × (1 + cos π·done) / 2", "the learning rate falls smoothly to 0 at the end", _cosine,
            over_plan=True, source="Loshchilov & Hutter 2017, SGDR",
        ),
        Schedule(
            "warmup", "warm-up", "rate × epochs done / warm-up", "the learning rate rises, then stays constant", _warmup,
            uses=("warmup_epochs",), source="Goyal et al. 2017, section 2.2",
        ),
        Schedule(
            "warmup_cosine", "warm-up + cos", "warm-up, then cosine rate", "the learning rate rises first, then falls to 0",
            _warmup_cosine, uses=("warmup_epochs",), over_plan=True, source="Goyal et al. 2017, Loshchilov & Hutter 2017",
        ),
    )
}  # fmt: skip


def scheduled_rate(training: TrainingConfig, position: float) -> float:
    """Return the learning rate after `position` epochs, which need not be a whole number."""
    return training.learning_rate * SCHEDULES[training.schedule].factor(position, training)
