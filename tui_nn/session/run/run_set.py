"""Several runs for comparison: a live run, which is being trained, and frozen runs, which never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.data.dataset import Split
from tui_nn.session.run.run_summary import RunSummary
from tui_nn.session.run.snapshot import Snapshot

MOST_RUNS = 6
"""The largest number of runs in a set. A chart with more lines could not be read."""

FROZEN_BYTES = 64 * 2**20
"""The memory for all frozen runs of a set together, in bytes. The newest frozen run is kept even if it needs more."""

LETTERS = "ABCDEF"
"""The letters that name the runs in charts, one for each run."""


OtherRun = tuple[str, RunSummary, Split]
"""A run from a file: its title, its summary and its test data."""


@dataclass(frozen=True, slots=True, eq=False)
class NamedRun:
    """A run and its name: a letter, and words for its origin."""

    letter: str
    title: str
    """The origin of the run: the name of its preset, or of the file it came from."""
    summary: RunSummary
    test: Split
    """The test data of the run."""
    live: bool = False
    """True if the run is being trained. A newer summary of the run then replaces the present one."""
    from_file: bool = False
    """True if the run was opened for comparison. Such a run leaves the set only if all other frozen runs came from files too."""

    def disagreement(self, other: NamedRun) -> Disagreement | None:
        """Return how many test examples only this run, and how many only the other run, classifies correctly.

        Return None if their test data differ.
        """
        if not same_examples(self.test, other.test):
            return None
        predicted = self.summary.evaluation.predicted, other.summary.evaluation.predicted
        return Disagreement.of(*predicted, self.test.labels)


@dataclass(frozen=True, slots=True, eq=False)
class RunSet:
    """A live run and some frozen runs, at most `MOST_RUNS` together. The set itself never changes.

    The screen replaces its set for every new snapshot of the engine, and passes `runs` to the panes.
    """

    live: NamedRun
    frozen: tuple[NamedRun, ...] = ()
    """The runs that are not being trained, the oldest first."""

    @classmethod
    def of(cls, snapshot: Snapshot, test: Split, others: Sequence[OtherRun] = ()) -> RunSet:
        """Return a set of the live run and of runs from files."""
        runs = cls(NamedRun(LETTERS[0], snapshot.preset, RunSummary.of(snapshot), test, live=True))
        for title, summary, of_run in others:
            runs = runs.with_frozen(title, summary, of_run)
        return runs

    @property
    def runs(self) -> tuple[NamedRun, ...]:
        """All runs, the run in training first."""
        return self.live, *self.frozen

    @property
    def previous(self) -> NamedRun | None:
        """The frozen run that was live before the current one; None if there is none."""
        return next((run for run in reversed(self.frozen) if not run.from_file), None)

    def with_live(self, snapshot: Snapshot, test: Split) -> RunSet:
        """Return the set with a newer snapshot. If the snapshot is of another run than the live one, the live run is frozen.

        If a restart was undone, the snapshot is of a frozen run. This run becomes live again and keeps its letter.
        """
        last = self.live
        if snapshot.run == last.summary.run:
            return replace(self, live=replace(last, summary=RunSummary.of(snapshot, last.summary), test=test))
        again = next((run for run in self.frozen if run.summary.run == snapshot.run and not run.from_file), None)
        rest = tuple(run for run in self.frozen if run is not again)
        # Do not keep an untrained run, because it has no results to compare.
        frozen = _within_bounds((*rest, replace(last, live=False)) if last.summary.is_trained else rest)
        letter = again.letter if again is not None else _free_letter(frozen)
        return RunSet(NamedRun(letter, snapshot.preset, RunSummary.of(snapshot), test, live=True), frozen)

    def with_final(self, summary: RunSummary) -> RunSet:
        """Return the set with `summary` in place of the earlier summary of the same run.

        `summary` is the last one of the run. It also contains the training after the last snapshot that the screen
        received.
        """

        def newer(run: NamedRun) -> NamedRun:
            is_it = not run.from_file and run.summary.run == summary.run
            return replace(run, summary=summary) if is_it else run

        return RunSet(newer(self.live), tuple(map(newer, self.frozen)))

    def with_earlier(self, summaries: Sequence[RunSummary]) -> RunSet:
        """Return the set with earlier runs of this session, which the live run has replaced. The oldest run comes first."""
        runs = self
        for summary in summaries:
            rest = runs.frozen if len(runs.frozen) < MOST_RUNS - 1 else _without_oldest(runs.frozen)
            run = NamedRun(_free_letter((self.live, *rest)), summary.preset, summary, self.live.test)
            runs = replace(runs, frozen=_within_bounds((*rest, run)))
        return runs

    def with_frozen(self, title: str, summary: RunSummary, test: Split) -> RunSet:
        """Return the set with one more run, which comes from a file. If the set is full, the oldest frozen run leaves it."""
        rest = self.frozen if len(self.frozen) < MOST_RUNS - 1 else _without_oldest(self.frozen)
        # Runs with equal test data share one copy of the data.
        shared = next((run.test for run in (self.live, *rest) if same_examples(run.test, test)), test)
        run = NamedRun(_free_letter((self.live, *rest)), title, summary, shared, from_file=True)
        return replace(self, frozen=_within_bounds((*rest, run)))

    def left_since(self, before: RunSet) -> tuple[NamedRun, ...]:
        """Return the trained runs of an earlier set that this set no longer contains."""
        kept = {id(run.summary) for run in self.runs}
        return tuple(
            run
            for run in before.runs
            if run.summary.is_trained
            and id(run.summary) not in kept
            and (run.from_file or run.summary.run != self.live.summary.run)
        )

    def without(self, letter: str) -> RunSet:
        """Return the set without the frozen run of this letter."""
        return replace(self, frozen=tuple(run for run in self.frozen if run.letter != letter))


def same_examples(first: Split, second: Split) -> bool:
    """Return whether two splits contain the same examples in the same order."""
    # Compare the labels first, because `array_equal` on all pictures takes long.
    return first is second or (
        first.class_names == second.class_names
        and first.labels.tobytes() == second.labels.tobytes()
        and first.images.shape == second.images.shape
        and bool((first.images == second.images).all())
    )


def _free_letter(runs: Sequence[NamedRun]) -> str:
    """Return the first letter that no run has. A letter is free, because there are fewer than `MOST_RUNS` runs."""
    taken = {run.letter for run in runs}
    return next(letter for letter in LETTERS if letter not in taken)


def _without_oldest(frozen: tuple[NamedRun, ...]) -> tuple[NamedRun, ...]:
    """Drop one frozen run: the oldest that is not from a file, or else the oldest of all. Return the others."""
    oldest = next((run for run in frozen if not run.from_file), frozen[0])
    return tuple(run for run in frozen if run is not oldest)


def _within_bounds(frozen: tuple[NamedRun, ...]) -> tuple[NamedRun, ...]:
    """Drop the oldest frozen runs while there are too many or they use too much memory. Return the others."""
    while len(frozen) >= MOST_RUNS or (len(frozen) > 1 and sum(run.summary.bytes for run in frozen) > FROZEN_BYTES):
        frozen = (*_without_oldest(frozen[:-1]), frozen[-1])
    return frozen
