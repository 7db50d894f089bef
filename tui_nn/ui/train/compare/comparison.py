"""The `Comparison`, an immutable object with everything that the compare view draws: the runs and the person's choices."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.core.losses import LOSSES
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.sweep.repeats import Repeats, SeedRuns


@dataclass(frozen=True, slots=True)
class Comparison:
    """The compared runs, and the choices of the person. A comparison never changes: its methods return a changed copy."""

    runs: tuple[NamedRun, ...]
    """All runs in the order of their letters."""
    chosen: str = ""
    """The letter of the run that the person chose in the table; "" until one is chosen."""
    hidden: frozenset[str] = frozenset()
    """The letters of the runs that are not drawn."""
    cursor: int | None = None
    """The epoch of the value cursor. None stands for the newest epoch that all shown runs have reached."""
    kind: str = "loss"
    log: bool = False
    repeats: Repeats | None = None
    """The runs with the same settings and other seeds; None if there are none."""
    split: str = ""
    """The split whose curves are drawn, such as "test"; "" before there are runs."""

    def of(self, runs: RunSet) -> Comparison:
        """Return a comparison of these runs. It keeps the person's choices in this comparison, as far as they exist in
        these runs.
        """
        ordered = tuple(sorted(runs.runs, key=lambda run: run.letter))
        letters = {run.letter for run in ordered}
        chosen = self.chosen if self.chosen in letters else ""
        splits = _common_splits(ordered)
        split = self.split if self.split in splits else splits[0]
        return replace(self, runs=ordered, chosen=chosen, hidden=self.hidden & letters, split=split)

    @property
    def live(self) -> NamedRun:
        """The run that is being trained."""
        return next(run for run in self.runs if run.live)

    @property
    def shown(self) -> tuple[NamedRun, ...]:
        """The runs that are drawn."""
        return tuple(run for run in self.runs if run.letter not in self.hidden)

    @property
    def pair(self) -> tuple[NamedRun, NamedRun] | None:
        """The two runs that sentences compare: the live run and the chosen run, in the order of their letters.

        If the chosen run is the live run, the newest other run takes its place. None if there is only one run.
        """
        others = [run for run in self.runs if not run.live]
        if not others:
            return None
        chosen = next((run for run in others if run.letter == self.chosen), None)
        first, second = sorted((chosen or others[-1], self.live), key=lambda run: run.letter)
        return first, second

    @property
    def seeds(self) -> list[tuple[NamedRun, SeedRuns]]:
        """Pairs of a run and its repeats with other seeds. A run of `pair` without repeats is left out.

        If both runs of the pair have equal settings, only one of them is listed.
        """
        if self.repeats is None:
            return []
        found = {id(seeds): (run, seeds) for run in self.pair or (self.live,) if (seeds := self.repeats.of(run))}
        return list(found.values())

    @property
    def newest(self) -> int:
        """The highest epoch that any of the runs has reached."""
        return max(len(run.summary.curves) for run in self.runs) - 1

    @property
    def epoch(self) -> int:
        """The epoch whose values the table shows."""
        if self.cursor is not None:
            return min(self.cursor, self.newest)
        trained = [len(run.summary.curves) - 1 for run in self.shown if run.summary.is_trained]
        return min(trained, default=0)

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.live.summary.network.output_size

    @property
    def chance(self) -> float:
        """The loss of a pure guess."""
        return LOSSES[self.live.summary.network.loss].chance(self.classes)

    def choose(self, step: int) -> Comparison:
        """Return a comparison in which the chosen run is the one `step` rows further down in the table."""
        letters = [run.letter for run in self.runs]
        at = letters.index(self.chosen) if self.chosen else letters.index(self._first_chosen)
        return replace(self, chosen=letters[(at + step) % len(letters)])

    def turn(self) -> Comparison:
        """Return a comparison with the chosen run hidden, or shown again. The only run that is shown cannot be hidden."""
        hidden = self.hidden ^ {self.row}
        return self if len(hidden) == len(self.runs) else replace(self, hidden=hidden)

    def move(self, epochs: int) -> Comparison:
        """Return a comparison whose value cursor is `epochs` epochs later, or earlier if the number is negative."""
        return replace(self, cursor=min(max(self.epoch + epochs, 0), self.newest))

    def next_split(self) -> Comparison:
        """Return a comparison that draws the next of the splits that were measured in all runs."""
        splits = _common_splits(self.runs)
        return replace(self, split=splits[(splits.index(self.split) + 1) % len(splits)])

    @property
    def row(self) -> str:
        """The letter of the run in the chosen row of the table."""
        return self.chosen or self._first_chosen

    @property
    def _first_chosen(self) -> str:
        others = [run for run in self.runs if not run.live]
        return others[-1].letter if others else self.live.letter


def _common_splits(runs: tuple[NamedRun, ...]) -> list[str]:
    """Return the splits that were measured in all runs. The best epoch is the one with the lowest loss on the first of these
    splits.
    """
    return [
        split for split in ("validation", "test", "train") if all(split in run.summary.curves.splits for run in runs)
    ]
