"""Several runs side by side: one that is being trained, and others that stay as they were saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.session.run.snapshot import Snapshot

MOST_RUNS = 6
"""How many runs a screen compares: more lines in one chart cannot be told apart."""


class RunSetError(ValueError):
    """A run that cannot be added; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run with the name that a chart gives it."""

    name: str
    snapshot: Snapshot
    live: bool = False
    """Whether the run is being trained, so that newer snapshots of it will come."""


@dataclass(frozen=True, slots=True)
class RunSet:
    """A live run and frozen runs, at most `MOST_RUNS` together. Every change returns another set.

    The screen holds one set, puts each new snapshot of the engine into it with `with_live`, and gives `runs` to charts.
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
        """All runs, the live one first."""
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
