"""What of a run is in no file: the one rule by which something is asked before that is thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.session.run.history import Place
    from tui_nn.session.run.snapshot import Snapshot

LONG_RUN = 5.0
"""Seconds of training that are not thrown away without asking; the same seed gives less again in a moment."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How far the branches of a run are in its file."""

    run: int
    tips: dict[int, Place]
    """The newest place of each branch, by its number."""
    branch: int
    under_way: float
    """Seconds of this branch's last, unfinished epoch that were trained by then."""

    @classmethod
    def all_of(cls, snapshot: Snapshot) -> Kept:
        """All that is there now."""
        tips = {number: branch.tip for number, branch in enumerate(snapshot.branches)}
        return cls(snapshot.run, tips | {snapshot.branch: _tip(snapshot)}, snapshot.branch, _under_way(snapshot))


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What would be lost, over all branches."""

    epochs: int = 0
    branches: int = 0
    seconds: float = 0.0
    """Of training."""

    @classmethod
    def of(cls, snapshot: Snapshot, kept: Kept | None) -> Unsaved:
        """What `snapshot` has beyond `kept`; what a branch inherited counts for the one that trained it."""
        kept = kept if kept and kept.run == snapshot.run else None
        known: dict[int, Place] = {0: (0, 0)} | (kept.tips if kept else {})
        epochs, branches, seconds = 0, 0, 0.0
        for number, branch in enumerate(snapshot.branches):
            here = number == snapshot.branch
            records, tip = (snapshot.history.records, _tip(snapshot)) if here else (branch.history.records, branch.tip)
            if known.get(number) == tip:
                continue
            new = records[max(branch.fork[0], known.get(number, (0, 0))[0]) + 1 :]
            branches += 1
            epochs += len(new)
            trained = sum(record.seconds for record in new) + (_under_way(snapshot) if here else 0)
            seconds += max(trained - (kept.under_way if kept and number == kept.branch else 0), 0)
        return cls(epochs, branches, seconds)

    @property
    def is_much(self) -> bool:
        """Whether to ask before it is thrown away."""
        return self.seconds >= LONG_RUN or self.branches > 1

    @property
    def words(self) -> str:
        """What it comes to; what there is none of is not named."""
        seconds = int(self.seconds)
        counts = [(self.epochs, "epoch", "epochs")]
        counts += [(self.branches, "branch", "branches")] if self.branches > 1 else []
        counts += [(seconds, "second of training", "seconds of training")]
        return ", ".join(f"{count:,} {one if count == 1 else more}" for count, one, more in counts if count)


def _under_way(snapshot: Snapshot) -> float:
    """Seconds of the epoch that the branch shown is inside of, at its newest."""
    return snapshot.progress.seconds if snapshot.epoch == snapshot.newest_epoch else 0.0


def _tip(snapshot: Snapshot) -> Place:
    """The newest place of the branch that is shown."""
    there = snapshot.epoch == snapshot.newest_epoch
    return snapshot.newest_epoch, snapshot.progress.batch if there else snapshot.branches[snapshot.branch].batch
