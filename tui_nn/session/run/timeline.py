"""Where training has been: branches, and as many checkpoints as fit into a budget of bytes.

A place is (epoch, batch): so many epochs are complete, and so many batches of the next. Nothing but a checkpoint is ever
stored: all randomness follows from the seed, and every change of a hyperparameter is noted with its place, so that any
place can be reached from any checkpoint before it, to the bit.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import Edits
from tui_nn.core.parameters import Array, Parameters
from tui_nn.session.run.history import Change, History, Place
from tui_nn.session.run.status import Status

BUDGET = 64 * 2**20
"""Bytes that checkpoints may take."""

_GRID_SHARE = 0.8
"""Of the budget, for the evenly spaced checkpoints; the rest is for those near where somebody is."""


class PlaceError(ValueError):
    """A place or a branch that cannot be gone to; the message is one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """All that training has changed, at one place; read-only arrays."""

    epoch: int
    batch: int
    loss: float
    correct: int
    """Sums over the batches done of the epoch under way."""
    training: TrainingConfig
    epoch_training: TrainingConfig
    """What the epoch under way began with, or will begin with."""
    parameters: Parameters
    moments: tuple[Array, ...]
    step: int
    optimizer_steps: int
    met: int
    """How many of the changes that were noted on the way are made."""

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.epoch, self.batch

    @property
    def bytes(self) -> int:
        """What it takes."""
        return self.parameters.vector.nbytes * (1 + len(self.moments))


@dataclass(frozen=True, slots=True)
class Branch:
    """One way that training took, from the start weights to its newest place."""

    history: History
    name: str = "first"
    parent: int | None = None
    """The branch that it left, by its number; None for the first."""
    fork: Place = (0, 0)
    """Where it left."""
    before: TrainingConfig | None = None
    """The hyperparameters there, before they were changed; None for the first."""
    batch: int = 0
    """Batches done after the newest epoch."""
    status: Status = field(default_factory=Status)
    """READY, or DIVERGED with the reason."""

    @property
    def tip(self) -> Place:
        """Its newest place."""
        return self.newest_epoch, self.batch

    @property
    def newest_epoch(self) -> int:
        """Its last whole epoch."""
        return len(self.history.records) - 1

    @property
    def diverged(self) -> str:
        """Why it ended, or ""."""
        return self.status.reason

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """The hyperparameters that made it another branch than its parent: what they were and what they are."""
        values = {name: value for change in self._changes for name, value in change.values.items()}
        return {name: (getattr(self.before, name), value) for name, value in values.items()}

    @property
    def by_hand(self) -> Edits:
        """The changes to its weights that made it another one."""
        return tuple(edit for change in self._changes for edit in change.edits)

    @property
    def _changes(self) -> tuple[Change, ...]:
        place = self.fork[0] + 1, self.fork[1]
        return () if self.parent is None else tuple(change for change in self.history.changes if change.place == place)


class Timeline:
    """All branches of a run, and the checkpoints that lead to any place of them.

    Of whole epochs those on a grid are kept, every `stride` epochs; when they take more than their share, the stride is
    doubled. Beside them are the latest that were passed: stepping back from there takes no replay.
    """

    def __init__(self, first: Branch, root: Checkpoint, budget: int = BUDGET) -> None:
        """Begin with one branch, all of whose places can be reached from `root`.

        `budget` is in bytes; the root and the checkpoint in use are kept even if they take more.
        """
        self.branches = [first]
        self.stride = 1
        self.in_use = (0, *root.place)
        self._budget = budget
        self._root = root
        self._grid: dict[tuple[int, int, int], Checkpoint] = {(0, *root.place): root}
        self._near: OrderedDict[tuple[int, int, int], Checkpoint] = OrderedDict()

    @property
    def root(self) -> Place:
        """The first place that can be reached."""
        return self._root.place

    @property
    def bytes(self) -> int:
        """What all checkpoints take together."""
        kept = {id(checkpoint): checkpoint.bytes for checkpoint in (*self._grid.values(), *self._near.values())}
        return sum(kept.values())

    def fork(self, branch: int, place: Place, met: int, training: TrainingConfig) -> int:
        """Another branch that leaves this one at a place, after so many of its changes; gives its number."""
        history = self.branches[branch].history.until(place[0], met)
        parent = self._owner(branch, place)
        name = f"branch {len(self.branches) + 1}"
        self.branches.append(Branch(history, name, parent, place, training, batch=place[1]))
        return len(self.branches) - 1

    def update(self, branch: int, **changes: object) -> None:
        """Note something of a branch; it stays the same object if it is known already."""
        if any(getattr(self.branches[branch], name) is not value for name, value in changes.items()):
            self.branches[branch] = replace(self.branches[branch], **changes)  # type: ignore[arg-type]

    def keep(self, branch: int, checkpoint: Checkpoint, *, in_use: bool = True) -> None:
        """Keep a checkpoint for as long as there is room; the one in use stays."""
        key = (self._owner(branch, checkpoint.place), *checkpoint.place)
        if in_use:
            self.in_use = key
        self._near[key] = checkpoint
        self._near.move_to_end(key)
        self._forget_near()
        if not checkpoint.batch and checkpoint.epoch % self.stride == 0:
            self._grid[key] = checkpoint
            self._thin()

    def nearest(self, branch: int, place: Place) -> Checkpoint:
        """The checkpoint from which a place of a branch is reached soonest.

        Raises:
            PlaceError: if the place is before the first that can be reached.
        """
        here: int | None = branch
        while here is not None:
            of_branch = self.branches[here]
            # What was kept where a branch leaves is its parent's, from before the change.
            first = of_branch.fork if of_branch.parent is not None else (-1, 0)
            found = [
                checkpoint
                for kept in (self._grid, self._near)
                for (owner, *_), checkpoint in kept.items()
                if owner == here and first < checkpoint.place <= place
            ]
            if found:
                return max(found, key=lambda checkpoint: checkpoint.place)
            place, here = min(place, of_branch.fork), of_branch.parent
        raise PlaceError(f"the run is known from epoch {self.root[0]} on, and nothing before it can be shown")

    def _owner(self, branch: int, place: Place) -> int:
        """The branch that a place is first reached on."""
        while (parent := self.branches[branch].parent) is not None and place <= self.branches[branch].fork:
            branch = parent
        return branch

    def _forget_near(self) -> None:
        room = self._budget * (1 - _GRID_SHARE)
        taken = sum(checkpoint.bytes for checkpoint in self._near.values())
        for key in list(self._near):
            if taken <= room:
                return
            if key != self.in_use:
                taken -= self._near.pop(key).bytes

    def _thin(self) -> None:
        while len(self._grid) > 1 and sum(kept.bytes for kept in self._grid.values()) > self._budget * _GRID_SHARE:
            self.stride *= 2
            self._grid = {
                key: kept for key, kept in self._grid.items() if kept is self._root or kept.epoch % self.stride == 0
            }
            if all(kept is self._root or not kept.epoch for kept in self._grid.values()):
                return
