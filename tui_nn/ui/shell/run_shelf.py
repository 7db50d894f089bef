"""The runs of the charts: the live run, the frozen runs beside it, and the runs that are put aside during a lesson."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.session.run.run_set import OtherRun, RunSet
    from tui_nn.session.run.run_summary import RunSummary
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.engine_stack import EngineStack


class RunShelf:
    """An object that keeps the set of runs on the charts, and updates the live run in it with each snapshot."""

    def __init__(self, engines: EngineStack, compared: Sequence[OtherRun]) -> None:
        """Begin without runs. The learner's own runs are compared with the runs `compared`. The runs of a lesson are not."""
        self._engines, self._compared = engines, compared
        self.runs: RunSet | None = None
        """The live run and the frozen runs beside it; None while the data are being loaded."""
        self._own: RunSet | None = None
        """The runs of the learner, which are put aside while a lesson is played."""

    def take(self, snapshot: Snapshot | None, opened: Opened | None) -> str:
        """Make `snapshot` the state of the live run, if it comes from the active engine and the data are loaded.

        Return a sentence about the runs that had to leave the set; "" if all stayed.
        """
        if snapshot is None or opened is None or not self._engines.has_run(snapshot.run):
            return ""
        # This import is here, and not at the top, because it loads NumPy. The first snapshot has loaded NumPy anyway.
        from tui_nn.session.run.run_set import RunSet

        if self.runs is None:
            compared = () if self._engines.has_lesson else self._compared
            self.runs = RunSet.of(snapshot, opened.test, compared).with_earlier(opened.earlier)
            return ""
        before, self.runs = self.runs, self.runs.with_live(snapshot, opened.test)
        return _who_left(before, self.runs)

    def finish(self, summary: RunSummary) -> None:
        """Take the last summary of a run that another run has replaced."""
        if self.runs is not None:
            self.runs = self.runs.with_final(summary)

    def return_to(self, runs: RunSet | None, snapshot: Snapshot, test: Split) -> None:
        """Return to the earlier set `runs`, and make `snapshot` the state of its live run."""
        self.runs = runs and runs.with_live(snapshot, test)

    def put_aside(self) -> None:
        """Begin a new set of runs for a lesson, and keep that of the learner."""
        self._own, self.runs = self.runs, None

    def take_back(self) -> None:
        """Return to the runs of the learner, as they were before the lesson."""
        self.runs, self._own = self._own, None


def _who_left(before: RunSet, after: RunSet) -> str:
    """Return a sentence about the runs of `before` that are missing in `after`; "" if none is missing."""
    if after.live.summary.run == before.live.summary.run or not (left := after.left_since(before)):
        return ""
    from tui_nn.session.run.run_names import run_names
    from tui_nn.session.run.run_set import FROZEN_BYTES, MOST_RUNS

    names = run_names(before.runs)
    runs = " and ".join(f"{run.letter} ({names[run.letter][0]})" for run in left)
    limit = f"{MOST_RUNS} runs" if len(before.runs) == MOST_RUNS else f"{FROZEN_BYTES // 2**20} MiB of runs"
    oldest = f"the oldest run {runs} has" if len(left) == 1 else f"the oldest runs {runs} have"
    return f"The comparison holds at most {limit}, so {oldest} left it. The new run is {after.live.letter}."
