"""The results of a lesson's checks. Each result is a measured value, with the bounds between which it should lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_nn.lessons.lesson import Check
from tui_nn.lessons.metrics import METRICS, measure, show_value

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.session.run.snapshot import Snapshot

Runs = Mapping[str, "Snapshot"]
"""The runs of a lesson by their names; "" is the name of a single run."""


@dataclass(frozen=True, slots=True)
class Result:
    """A check with the value that was measured."""

    check: Check
    value: float | None
    """The value, which may be NaN or infinite; None if a run that the check needs is not trained yet."""
    reason: str = ""
    """The reason why a measured run diverged; "" if none did."""

    @property
    def passed(self) -> bool:
        """True if the value lies between its bounds."""
        check, value = self.check, self.value
        if value is None or math.isnan(value):
            return False
        above = check.low is None or value > check.low or (value == check.low and not check.open_low)
        below = check.high is None or value < check.high or (value == check.high and not check.open_high)
        return above and below

    @property
    def label(self) -> str:
        """The name of the measured quantity, such as "training loss falls by"."""
        return label(self.check)

    @property
    def bound(self) -> str:
        """The bounds as text, such as "< 4.0 %" or "1 to 5"."""
        return bound_text(self.check)

    @property
    def shown(self) -> str:
        """The value as text, or "not run yet"."""
        return "not run yet" if self.value is None else show_value(self.check, self.value)

    @property
    def mark(self) -> str:
        """The mark and the word for the outcome: "✓ ok", "✗ no" or "· not yet"."""
        return "· not yet" if self.value is None else "✓ ok" if self.passed else "✗ no"

    def to_dict(self) -> dict[str, Any]:
        """Return the check and its outcome as a dict of plain values."""
        check = self.check
        return {
            "run": check.run,
            "metric": check.metric,
            "label": self.label,
            "bound": self.bound,
            "value": self.value,
            "shown": self.shown,
            "passed": self.passed,
        }


def label(check: Check) -> str:
    """Return the name of the quantity that a check measures, such as "test accuracy at the end − one unit"."""
    words = METRICS[check.metric].title(check)
    if check.minus is not None:
        return f"{words} − {check.minus}"
    return words if check.divided_by is None else f"{words} / {check.divided_by}"


def bound_text(check: Check) -> str:
    """Return the bounds of a check as text, such as "< 4.0 %", "≥ 0.90" or "1 to 5"."""
    low, high = (None if bound is None else show_value(check, bound) for bound in (check.low, check.high))
    if low is not None and high is not None:
        return high if low == high else f"{low} to {high}"
    return f"{'>' if check.open_low else '≥'} {low}" if high is None else f"{'<' if check.open_high else '≤'} {high}"


def run_check(check: Check, runs: Runs, test: Split) -> Result:
    """Measure a check on the runs of a lesson. `test` is the test data of the lesson."""
    other = check.minus if check.minus is not None else check.divided_by
    names = [check.run] if other is None else [check.run, other]
    if any(name not in runs for name in names):
        return Result(check, None)
    value, *more = (measure(runs[name], test, check) for name in names)
    if check.minus is not None:
        value -= more[0]
    elif check.divided_by is not None:
        value = value / more[0] if more[0] else math.nan
    return Result(check, value, next((r for name in names if (r := _failure(runs[name]))), ""))


def _failure(run: Snapshot) -> str:
    from tui_nn.session.run.status import State

    return run.status.reason if run.status.state is State.DIVERGED else ""
