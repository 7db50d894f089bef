"""Several runs for comparison: a live run, which is being trained, and frozen runs, which never change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.session.run.snapshot import Snapshot

MOST_RUNS = 6
"""The most runs in a set. A chart with more lines could not be read."""


class RunSetError(ValueError):
    """A run that cannot be added. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run and its name in a chart."""

    name: str
    snapshot: Snapshot
    live: bool = False
    """True if the run is being trained. A newer snapshot then replaces this one."""


@dataclass(frozen=True, slots=True)
class RunSet:
    """A live run and some frozen runs, at most `MOST_RUNS` together. The set itself never changes.

    The screen replaces its set with `with_live` for every new snapshot of the engine, and passes `runs` to charts.
    """

    live: NamedRun
    frozen: tuple[NamedRun, ...] = ()
    """The other runs, in the order in which they were added."""

    @classmethod
    def of(cls, snapshot: Snapshot, name: str = "this run") -> RunSet:
        """Return a set of the live run alone."""
        return cls(NamedRun(name, snapshot, live=True))

    @property
    def runs(self) -> tuple[NamedRun, ...]:
        """All runs, the run in training first."""
        return self.live, *self.frozen

    def with_live(self, snapshot: Snapshot) -> RunSet:
        """Return the set with a newer snapshot of the live run."""
        return replace(self, live=replace(self.live, snapshot=snapshot))

    def with_frozen(self, name: str, snapshot: Snapshot) -> RunSet:
        """Return the set with one more frozen run.

        Raises:
            RunSetError: if the set is full, or has a run of this name.
        """
        if len(self.runs) >= MOST_RUNS:
            raise RunSetError(f"at most {MOST_RUNS} runs can be compared; remove one first")
        if any(run.name == name for run in self.runs):
            raise RunSetError(f"there is a run called {name} already; remove it first")
        return replace(self, frozen=(*self.frozen, NamedRun(name, snapshot)))

    def without(self, name: str) -> RunSet:
        """Return the set without the frozen run of this name."""
        return replace(self, frozen=tuple(run for run in self.frozen if run.name != name))
