"""Runs with equal settings and several seeds, and the mean and the spread of their results."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.paired_test import PairedTest
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import NamedRun, RunSet, same_examples
from tui_nn.session.sweep.ranking import Figure
from tui_nn.session.sweep.result import RunResult

SEEDS = 5
"""The number of seeds that one repeat adds.

The seeds always count from 0, so that different settings are trained with the same seeds.
"""


@dataclass(frozen=True, slots=True, eq=False)
class SeedRun:
    """One of the runs of a repeat: its result and its curves."""

    network: NetworkConfig
    training: TrainingConfig
    result: RunResult
    curves: RunCurves


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run with seed 0 in place of its seed, so that runs with different seeds have equal settings."""

    network: NetworkConfig
    training: TrainingConfig

    @classmethod
    def of(cls, run: NamedRun | SeedRun) -> Settings:
        """Return the settings that a run has now."""
        source = run.summary if isinstance(run, NamedRun) else run
        return cls(source.network, replace(source.training, seed=0))


@dataclass(frozen=True, eq=False)
class SeedRuns:
    """Runs with equal settings and different seeds, at least one, in the order of their seeds."""

    runs: tuple[SeedRun, ...]

    @property
    def decided_by(self) -> str:
        """The data by which settings are compared: "validation" if there are validation examples, else "test"."""
        return self.runs[0].curves.monitored

    @property
    def accuracies(self) -> dict[int, float]:
        """The accuracy of each run on the `decided_by` data, by its seed. An unknown accuracy is NaN."""
        return {run.result.seed: self._value(run, "accuracy") for run in self.runs}

    @property
    def accuracy(self) -> Figure:
        """The mean and the spread of the accuracy on the `decided_by` data."""
        return Figure.of(list(self.accuracies.values()))

    @property
    def loss(self) -> Figure:
        """The mean and the spread of the loss on the `decided_by` data."""
        return Figure.of([self._value(run, "loss") for run in self.runs])

    @property
    def diverged(self) -> int:
        """The number of runs that diverged."""
        return sum(run.result.diverged for run in self.runs)

    def _value(self, run: SeedRun, kind: str) -> float:
        value = getattr(run.result, f"{self.decided_by}_{kind}")
        return math.nan if value is None else value

    @cached_property
    def bands(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The mean minus the spread and the mean plus the spread at each epoch, for each curve such as "test_loss";
        (epochs + 1,) each.

        Both are NaN at an epoch that only one run has reached.
        """
        return {name: self._band(name) for name in self.runs[0].curves.values}

    def _band(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        longest = max(len(run.curves) for run in self.runs)
        values = np.full((len(self.runs), longest), np.nan)
        for row, run in zip(values, self.runs, strict=True):
            row[: len(run.curves)] = run.curves.values[name]
        known = np.isfinite(values)
        count = known.sum(0)
        enough = count > 1
        mean = np.divide(np.where(known, values, 0).sum(0), count, out=np.full(longest, np.nan), where=enough)
        squares = np.where(known, (values - mean) ** 2, 0).sum(0)
        spread = np.sqrt(np.divide(squares, count - 1, out=np.full(longest, np.nan), where=enough))
        return mean - spread, mean + spread


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """All repeats of the session on one dataset. It never changes: `with_run` returns another object."""

    of_settings: dict[Settings, SeedRuns] = field(default_factory=dict)
    done: int = 0
    """The number of finished runs in the present training of seeds, or in the last one."""
    wanted: int = 0
    """The number of runs in the present training of seeds, both finished and unfinished; 0 if no seed is being trained."""
    seconds_left: float = math.nan
    """The time that the unfinished runs still need, in seconds; NaN if it is unknown."""

    def of(self, run: NamedRun) -> SeedRuns | None:
        """Return the repeat of a run's settings; None if there is none."""
        return self.of_settings.get(Settings.of(run))

    def with_run(self, run: SeedRun) -> Repeats:
        """Return a copy of these repeats with one more finished run."""
        settings = Settings.of(run)
        known = self.of_settings.get(settings)
        runs = {one.result.seed: one for one in known.runs} if known is not None else {}
        runs[run.result.seed] = run
        ordered = SeedRuns(tuple(runs[seed] for seed in sorted(runs)))
        return replace(self, of_settings={**self.of_settings, settings: ordered}, done=self.done + 1)

    def missing(self, runs: RunSet) -> list[tuple[NetworkConfig, TrainingConfig]]:
        """Return the settings, each with a seed, that are still to be trained. The settings of the live run come first.

        The run that is compared with the live run is included if its settings differ. Both get the seeds that they lack up to the
        next multiple of `SEEDS`.
        """
        pair = [Settings.of(runs.live), *(Settings.of(run) for run in (other_run(runs),) if run is not None)]
        different = list(dict.fromkeys(pair))
        has = [self._seeds(settings) for settings in different]
        fewest = min(map(len, has))
        goal = (fewest // SEEDS + 1) * SEEDS
        return [
            (settings.network, replace(settings.training, seed=seed))
            for settings, seeds in zip(different, has, strict=True)
            for seed in range(goal)
            if seed not in seeds
        ]

    def _seeds(self, settings: Settings) -> set[int]:
        known = self.of_settings.get(settings)
        return set() if known is None else {run.result.seed for run in known.runs}


def other_run(runs: RunSet) -> NamedRun | None:
    """Return the run that is compared with the live run: the previous run, or else a run from a file with the same test data."""
    if runs.previous is not None:
        return runs.previous
    return next((run for run in reversed(runs.frozen) if same_examples(run.test, runs.live.test)), None)


def compare_settings(first: SeedRuns, second: SeedRuns) -> PairedTest | None:
    """Compare the accuracies of two settings, with the seeds that both have.

    Return None if they share fewer than two seeds, or if their accuracies are measured on different data.
    """
    accuracies, others = first.accuracies, second.accuracies
    common = sorted(accuracies.keys() & others.keys())
    if len(common) < 2 or first.decided_by != second.decided_by:
        return None
    return PairedTest.of([accuracies[seed] for seed in common], [others[seed] for seed in common])
