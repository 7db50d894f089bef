"""The timeline of a run: its branches, and as many checkpoints as fit into a budget of bytes.

All random numbers follow from the seed, and every change is stored with its position. So any position can be computed
again from any earlier checkpoint, bit for bit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import Edits
from tui_nn.core.parameters import Array, Parameters
from tui_nn.session.run.history import Change, History, Place
from tui_nn.session.run.status import Status

BUDGET = 64 * 2**20
"""The memory for checkpoints, in bytes."""

MOST_BRANCHES = 1000

_GRID_SHARE = 0.8
"""The share of the budget for evenly spaced checkpoints. The rest is for checkpoints near the current position."""


class PlaceError(ValueError):
    """The error for an epoch, batch or branch of the history that cannot be reached. The message is one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A copy of everything that training changes, made at one position in a run. The arrays are read-only."""

    epoch: int
    batch: int
    loss: float
    """The sum of the losses in the complete batches of the current epoch."""
    correct: int
    """The number of correct predictions in the complete batches of the current epoch."""
    training: TrainingConfig
    epoch_training: TrainingConfig
    """The hyperparameters with which the current epoch began, or the next one will begin."""
    parameters: Parameters
    moments: tuple[Array, ...]
    step: int
    optimizer_steps: int
    changes_applied: int
    """The number of changes (edits or new settings made by hand) in effect at the checkpoint.

    They are the first changes in the history of the branch.
    """
    batch_losses: Array | None = None
    """The loss of each complete batch of the current epoch; None between epochs."""

    @property
    def place(self) -> Place:
        """The position of the checkpoint: (complete epochs, complete batches of the next epoch)."""
        return self.epoch, self.batch

    @property
    def bytes(self) -> int:
        """The size of the arrays in bytes."""
        losses = 0 if self.batch_losses is None else self.batch_losses.nbytes
        return self.parameters.vector.nbytes * (1 + len(self.moments)) + losses


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a run: one sequence of epochs, from the start weights to the newest batch."""

    history: History
    name: str = "first"
    parent: int | None = None
    """The number of the parent branch; None for the first branch."""
    fork: Place = (0, 0)
    """The position where this branch leaves its parent: (complete epochs, complete batches of the next epoch)."""
    before: TrainingConfig | None = None
    """The hyperparameters before the change that began this branch; None for the first branch."""
    batch: int = 0
    """The number of complete batches after the newest epoch."""
    status: Status = field(default_factory=Status)
    """The status at the end of the branch: READY, or DIVERGED with the reason."""
    inherited: int = 0
    """The number of changes that the branch inherited from its parent. They are the first changes in the history of the branch."""

    @property
    def tip(self) -> Place:
        """The end of the branch as a position: (complete epochs, complete batches of the next epoch)."""
        return self.newest_epoch, self.batch

    @property
    def newest_epoch(self) -> int:
        """The number of the last complete epoch."""
        return len(self.history.records) - 1

    @property
    def diverged(self) -> str:
        """The reason why training on this branch diverged; "" if it did not."""
        return self.status.reason

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """The hyperparameters that changed where this branch begins, by name, as (old value, new value)."""
        if self.before is None:
            return {}
        new = {name: value for change in self._first_changes for name, value in change.values.items()}
        # If a value was changed at the fork and then changed back, it does not count as changed.
        return {name: (old, value) for name, value in new.items() if (old := getattr(self.before, name)) != value}

    @property
    def by_hand(self) -> Edits:
        """The edits of weights, biases and units that were made where this branch begins."""
        return tuple(edit for change in self._first_changes for edit in change.edits)

    @property
    def _first_changes(self) -> tuple[Change, ...]:
        own = self.history.changes[self.inherited :] if self.parent is not None else ()
        return tuple(change for change in own if change.place == self.fork)

    def changes_at(self, place: Place) -> int:
        """Return the number of changes that are in effect at a position (complete epochs, batches of the next) of this branch.

        A change that was made at the start or the end of the branch is in effect there. At any other position, a change
        made there is not in effect yet, so that training continues as it did before.
        """
        here = place >= self.tip or (self.parent is not None and place == self.fork)
        return sum(change.place < place or (here and change.place == place) for change in self.history.changes)


_Key = tuple[int, int, int, int]
"""The key of a checkpoint: (branch, epoch, batch, number of applied changes)."""


class Timeline:
    """All branches of a run, and the checkpoints from which the run can reach any position.

    Checkpoints are kept every `stride` epochs. If they need more than their share of the budget, the stride is doubled.
    The newest checkpoints are kept as well, so that a step back needs no replay.
    """

    def __init__(self, branches: Sequence[Branch], root: Checkpoint, budget: int = BUDGET) -> None:
        """Begin with these branches. The checkpoint `root` comes before all their positions.

        `budget` is in bytes. The root and the checkpoint in use are kept even if they need more.
        """
        self.branches = list(branches)
        self.stride = 1
        self._budget = budget
        self._root = root
        self._in_use: _Key = (0, *root.place, root.changes_applied)
        self._grid: dict[_Key, Checkpoint] = {self._in_use: root}
        self._near: OrderedDict[_Key, Checkpoint] = OrderedDict()

    @property
    def root(self) -> Place:
        """The first position that can be reached: (complete epochs, complete batches of the next epoch)."""
        return self._root.place

    @property
    def bytes(self) -> int:
        """The size of all checkpoints together."""
        kept = {id(checkpoint): checkpoint.bytes for checkpoint in (*self._grid.values(), *self._near.values())}
        return sum(kept.values())

    def fork(self, branch: int, place: Place, changes: int, training: TrainingConfig) -> int:
        """Begin a branch at a position of another branch. It inherits the first `changes` changes of that branch.

        Return the number of the new branch.

        Raises:
            PlaceError: if there are too many branches.
        """
        if len(self.branches) >= MOST_BRANCHES:
            raise PlaceError(f"a run can have at most {MOST_BRANCHES:,} branches, and this run already has that many")
        history = self.branches[branch].history.until(place[0], changes)
        parent = self._owner(branch, place, changes)
        name = f"branch {len(self.branches) + 1}"
        self.branches.append(Branch(history, name, parent, place, training, batch=place[1], inherited=changes))
        return len(self.branches) - 1

    def update(self, branch: int, **changes: object) -> None:
        """Replace fields of a branch. The Branch object stays the same if its fields already have these values."""
        if any(getattr(self.branches[branch], name) is not value for name, value in changes.items()):
            self.branches[branch] = replace(self.branches[branch], **changes)  # type: ignore[arg-type]

    def keep(self, branch: int, checkpoint: Checkpoint, *, in_use: bool = True) -> None:
        """Store a checkpoint if the budget allows it. A checkpoint that is `in_use` is kept even beyond the budget,
        until another checkpoint is in use.
        """
        applied = checkpoint.changes_applied
        key = (self._owner(branch, checkpoint.place, applied), *checkpoint.place, applied)
        if in_use:
            self._in_use = key
        self._near[key] = checkpoint
        self._near.move_to_end(key)
        self._forget_near()
        if not checkpoint.batch and checkpoint.epoch % self.stride == 0:
            self._grid[key] = checkpoint
            self._thin()

    def nearest(self, branch: int, place: Place) -> Checkpoint:
        """Return a branch's last checkpoint before a position (complete epochs, complete batches of the next epoch).

        Raises:
            PlaceError: if the position is before the root.
        """
        here: int | None = branch
        changes = self.branches[branch].changes_at(place)
        while here is not None:
            found = [
                checkpoint
                for kept in (self._grid, self._near)
                for (owner, *_), checkpoint in kept.items()
                if owner == here
                and checkpoint.place <= place
                and (checkpoint.changes_applied <= changes or checkpoint is self._root)
            ]
            if found:
                return max(found, key=lambda checkpoint: (checkpoint.place, checkpoint.changes_applied))
            of_branch = self.branches[here]
            place, changes, here = min(place, of_branch.fork), min(changes, of_branch.inherited), of_branch.parent
        raise PlaceError(f"the history of this run begins at epoch {self.root[0]}; nothing before it can be shown")

    def _owner(self, branch: int, place: Place, changes: int) -> int:
        """Return the number of the branch that owns a position: `branch` itself, or its oldest ancestor with the same position and
        changes.
        """
        while (parent := self.branches[branch].parent) is not None:
            of_branch = self.branches[branch]
            if place > of_branch.fork or changes > of_branch.inherited:
                break
            branch = parent
        return branch

    def _forget_near(self) -> None:
        room = self._budget * (1 - _GRID_SHARE)
        taken = sum(checkpoint.bytes for checkpoint in self._near.values())
        for key in list(self._near):
            if taken <= room:
                return
            if key != self._in_use:
                taken -= self._near.pop(key).bytes

    def _thin(self) -> None:
        while len(self._grid) > 1 and sum(kept.bytes for kept in self._grid.values()) > self._budget * _GRID_SHARE:
            self.stride *= 2
            self._grid = {
                key: kept for key, kept in self._grid.items() if kept is self._root or kept.epoch % self.stride == 0
            }
            if all(kept is self._root or not kept.epoch for kept in self._grid.values()):
                return
