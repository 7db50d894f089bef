"""The data of the chart of Train: the curves of the live run, of its branches and of other runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.render.scale import EpochAxis
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import Branch
from tui_nn.session.sweep.repeats import SeedRuns
from tui_nn.ui.train.batch_curve import BatchCurve
from tui_nn.ui.train.chart_scale import shown_values
from tui_nn.ui.train.window import Window

_ALL = Window()


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch of the live run other than the current one, and its curves for the chart."""

    branch: Branch
    curves: RunCurves


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run on the chart. The first run is live. The others are frozen, and only one split of each is drawn."""

    name: str
    curves: RunCurves
    branches: tuple[BranchLine, ...] = ()
    """The other branches of the run. Only a part of each is drawn."""
    seeds: SeedRuns | None = None
    """The runs with the same settings and other seeds. A band shows their spread. None if there are no such runs."""

    @classmethod
    def of(cls, name: str, records: Sequence[EpochRecord], branches: Sequence[Branch] = ()) -> RunLine:
        """Return a run for the chart: the curves of `records`, and those of its other `branches`."""
        others = tuple(BranchLine(branch, RunCurves.of(branch.history.records)) for branch in branches)
        return cls(name, RunCurves.of(records), others)


class CurveMemory:
    """An object that keeps the curves of all branches of a run from the last drawing. The next drawing adds the new epochs."""

    def __init__(self) -> None:
        self._known: dict[int, RunCurves] = {}

    def line(self, name: str, snapshot: Snapshot) -> RunLine:
        """Return the live run in `snapshot` for the chart, under this name."""
        histories = {number: branch.history for number, branch in enumerate(snapshot.branches)}
        histories[snapshot.branch] = snapshot.history
        self._known = {number: RunCurves.of(h.records, self._known.get(number)) for number, h in histories.items()}
        others = (
            BranchLine(branch, self._known[number])
            for number, branch in enumerate(snapshot.branches)
            if number != snapshot.branch
        )
        return RunLine(name, self._known[snapshot.branch], tuple(others))


@dataclass(frozen=True, slots=True)
class FaintLine:
    """A curve on the chart from another branch or another run: its value for each epoch, its name and its kind."""

    name: str
    kind: str
    """The kind of the curve: "other" for another branch, "before" for another run."""
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """The contents of the chart: its curves, and the choices that decide how they are drawn."""

    runs: tuple[RunLine, ...]
    """The runs on the chart, at least one; the live run is the first."""
    kind: str
    """"loss" or "accuracy"."""
    log: bool
    """True if the axis of the loss is logarithmic."""
    plan: int
    """The number of planned epochs. The axis ends there, or at the newest epoch if the run is longer."""
    chance: float
    """The loss of a pure guess."""
    classes: int = 10
    """The number of classes; the accuracy of a pure guess is one divided by it."""
    untrained: bool = False
    """True if the live run has no training yet. The chart then shows the keys that a new user needs first."""
    here: int | None = None
    """The epoch that all panes show; None if it is the newest one."""
    window: Window = _ALL
    """The epochs that the chart shows, and the smoothing and the cursor."""
    changes: tuple[int, ...] = ()
    """The epochs after which something was changed by hand."""
    batches: BatchCurve | None = None
    """The losses of the batches; None if the chart draws the mean of each epoch instead."""
    hidden: frozenset[str] = frozenset()
    """The kinds of the curves that are not drawn: "train", "validation", "test", "other" or "before"."""

    def shown(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return losses or accuracies as the chart draws them: losses up to the largest that it can draw, accuracies in percent."""
        return shown_values(self.kind, values)

    @property
    def asked(self) -> tuple[object, ...]:
        """Return the values that only a key press changes. If they differ from those of the last drawing, the chart is redrawn at
        once.
        """
        batches, seeds = self.batches is not None, tuple(line.seeds for line in self.runs)
        lines = len(self.live.branches), len(self.runs), self.hidden
        return self.kind, self.log, self.here, lines, self.window, batches, seeds

    @property
    def axis(self) -> EpochAxis:
        """Return the axis of epochs. The row of epochs under the chart has the same axis."""
        return self.window.axis(self.newest, self.plan)

    @property
    def newest(self) -> int:
        """Return the highest epoch that any curve on the chart reaches."""
        of_runs = [line.curves for line in self.runs]
        return max(map(len, [*of_runs, *(line.curves for line in self.live.branches)])) - 1

    @property
    def live(self) -> RunLine:
        """Return the live run, which is being trained."""
        return self.runs[0]

    @property
    def others(self) -> list[FaintLine]:
        """Return the curves of the other branches of the live run, then those of the other runs."""
        faint = []
        for line in self.live.branches:
            values = line.curves.values[f"test_{self.kind}"].copy()
            # Leave out the epochs before the fork, because they belong to the parent branch.
            values[: line.branch.fork[0]] = np.nan
            faint.append(FaintLine(line.branch.name, "other", values))
        for run in self.runs[1:]:
            faint.append(FaintLine(run.name, "before", run.curves.values[f"{self.split(run)}_{self.kind}"]))
        return faint

    def split(self, run: RunLine) -> str:
        """Return the split from which the band or the only curve of `run` is drawn. It is the split that decides the best epoch of
        `run`, or "test" if the live run has no validation data.
        """
        return run.curves.monitored if self.has_validation else "test"

    @property
    def has_validation(self) -> bool:
        """Return whether the live run was measured on validation data."""
        return self.live.curves.has_validation
