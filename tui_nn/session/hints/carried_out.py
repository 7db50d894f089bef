"""A fix that a person has carried out, and the test whether it helped."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.session.hints import RULES
from tui_nn.session.hints.hint import Fix, Goal, Hint
from tui_nn.session.run.snapshot import Snapshot

EPOCHS = 3
"""The number of epochs after which the app judges a fix that continues the run."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The fix of a hint, and the figure of the run that it should improve."""

    title: str
    fix: Fix
    goal: Goal
    before: float
    """The figure at the time when the fix was carried out."""
    epoch: int
    """The number of complete epochs when the fix was carried out."""
    run: int
    due: int
    """The epoch after which the fix is judged."""
    branch: int = 0
    """The branch on which the fix was carried out."""

    def outcome(self, snapshot: Snapshot) -> str:
        """Return a sentence that compares the goal's number before and after the fix.

        Return "" if it is too early to judge, or if the settings are no longer those of the fix.
        """
        kept = self.fix.configs(snapshot) == (snapshot.network, snapshot.training)
        if not kept or snapshot.epoch < self.due or (snapshot.run != self.run) is not self.fix.start_over:
            return ""
        if self.fix.back_to is not None and snapshot.branch == self.branch:
            return ""  # The run has not yet gone back to the epoch from which the fix continues.
        record = snapshot.history.records[self.due]
        after = self.goal.value(record)
        helped = "helped" if self.goal.reached(self.before, after) else "did not help enough"
        return (
            f'The fix for "{self.title}" {helped}: the {self.goal.name} was {_shown(self.before)} after epoch {self.epoch:,} and '
            f"is {_shown(after)} after epoch {self.due:,}{' of the new run' if self.fix.start_over else ''}."
        )


def _shown(value: float) -> str:
    if math.isfinite(value):
        return f"{value:.3g}"
    return "NaN" if math.isnan(value) else "infinite"


def carry_out(hint: Hint, snapshot: Snapshot) -> CarriedOut | None:
    """Return an object that later judges the fix of this hint; None if no epoch is complete, or if the fix has no goal."""
    goal = next(rule.goal for rule in RULES if rule.name == hint.name)
    if goal is None or hint.fix is None or not snapshot.epoch:
        return None
    # If the fix is to train more epochs, it is judged when these epochs are complete.
    begin = snapshot.epoch if hint.fix.back_to is None else hint.fix.back_to
    due = snapshot.epoch if hint.fix.start_over else hint.fix.settings.get("epochs", begin + EPOCHS)
    before, branch = goal.value(snapshot.record), snapshot.branch
    return CarriedOut(hint.title, hint.fix, goal, before, snapshot.epoch, snapshot.run, due, branch)
