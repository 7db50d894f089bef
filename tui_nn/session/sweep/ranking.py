"""The ranking of a sweep: mean and spread over the seeds for each combination, and a test of the best combination
against the second best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from tui_nn.analysis.paired_test import PairedTest
from tui_nn.render.numbers import percent
from tui_nn.session.sweep.grid import Combination
from tui_nn.session.sweep.result import RunResult


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of some values, and their spread: the sample standard deviation, which is NaN for fewer than two values."""

    mean: float
    spread: float

    @classmethod
    def of(cls, values: Sequence[float | None]) -> Figure:
        """Return the mean and the spread of the values; both are NaN if one of the values is None."""
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values):
            return cls(math.nan, math.nan)
        return cls(fmean(known), stdev(known) if len(known) > 1 else math.nan)

    @property
    def percent(self) -> str:
        """The mean and the spread of a share as text, such as "92.4 % ± 0.5"."""
        return percent(self.mean) + ("" if math.isnan(self.spread) else f" ± {self.spread * 100:.1f}")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A combination with the results of its runs, in the order of the seeds."""

    combination: Combination
    runs: tuple[RunResult, ...]

    @property
    def decided_by(self) -> str:
        """The data by which the runs are ranked: "validation" if there are validation examples, else "test"."""
        return "test" if self.runs[0].validation_accuracy is None else "validation"

    @property
    def accuracies(self) -> list[float]:
        """The accuracy of each run on the data by which the runs are ranked."""
        found = [getattr(run, f"{self.decided_by}_accuracy") for run in self.runs]
        return [math.nan if value is None else value for value in found]

    @property
    def accuracy(self) -> Figure:
        """The mean and the spread of the accuracy on the data by which the runs are ranked."""
        return Figure.of(self.accuracies)

    @property
    def loss(self) -> Figure:
        """The mean and the spread of the loss on the data by which the runs are ranked."""
        return Figure.of([getattr(run, f"{self.decided_by}_loss") for run in self.runs])

    @property
    def test_accuracy(self) -> Figure:
        """The mean and the spread of the accuracy on the test data."""
        return Figure.of([run.test_accuracy for run in self.runs])

    @property
    def diverged(self) -> int:
        """The number of runs that diverged."""
        return sum(run.diverged for run in self.runs)


def ranked(combinations: Sequence[Combination], results: Mapping[str, RunResult]) -> list[Ranked]:
    """Return all combinations, the best first: fewer diverged runs, then higher mean accuracy, then lower mean loss.

    `results` contains a result for the key of each job.
    """
    found = [Ranked(one, tuple(results[job.key] for job in one.jobs)) for one in combinations]

    def place(one: Ranked) -> tuple[int, float, float]:
        loss = one.loss.mean
        return one.diverged, -one.accuracy.mean, math.inf if math.isnan(loss) else loss

    return sorted(found, key=place)


def compare_best(ranking: Sequence[Ranked]) -> PairedTest | None:
    """Compare the accuracies of the first two combinations, seed by seed; None if there is only one combination or one seed."""
    if len(ranking) < 2 or len(ranking[0].runs) < 2:
        return None
    return PairedTest.of(ranking[0].accuracies, ranking[1].accuracies)
