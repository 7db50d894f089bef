"""Time travel: moving a run to earlier epochs, later epochs and other branches."""

from __future__ import annotations

from collections.abc import Iterator

from tui_nn.core.watch.acts import Phase
from tui_nn.session.run.history import Place
from tui_nn.session.run.replay import Replay
from tui_nn.session.run.run_state import RunState
from tui_nn.session.run.snapshot import State
from tui_nn.session.run.timeline import Checkpoint, PlaceError


class Traveller:
    """An object that moves a run to any position (complete epochs, batches of the next) where it has been.

    The network there is bit-identical to what it was before. To reach a position, the run jumps to the nearest
    checkpoint before it and trains from there. The methods are generators, so the caller can stop at any pause. The run
    is then between the checkpoint and the target.
    """

    def __init__(self, run: RunState) -> None:
        """Prepare to move `run` to other positions."""
        self._run = run

    def keep_best(self) -> Iterator[None]:
        """Go back to the best epoch if the setting `keep_best` is on.

        The generator yields at the same points as `travel`.
        """
        run = self._run
        best = run.best
        if run.training.keep_best and best is not None and best.epoch < run.epoch and not run.batch:
            yield from self.travel(best.epoch)

    def travel(self, epoch: int, batch: int = 0) -> Iterator[None]:
        """Go to the position `batch` batches after the end of `epoch`.

        The generator yields at the same points as `Session.train`.

        The run trains from its current position, or from the nearest checkpoint.

        Raises:
            PlaceError: if the branch has no such position, or it cannot be reached. The error comes before the first
            pause.
        """
        run, target = self._run, (epoch, batch)
        if not (0, 0) <= target <= run.tip:
            inside = f", batch {batch}" if batch else ""
            newest = len(run.history.records) - 1
            raise PlaceError(f"there is no epoch {epoch}{inside} to go to; the newest epoch is {newest}")
        run.remember_tip()
        return self._travel(target, run.timeline.nearest(run.branch, target))

    def _travel(self, target: Place, nearest: Checkpoint) -> Iterator[None]:
        run = self._run
        run.remember_tip()
        if run.replay.inside_batch or not self._is_on_the_way(target, nearest):
            run.jump(nearest)
        while run.place < target and run.status.state is not State.DIVERGED:
            yield
            run.advance(by_act=False, quietly=True)
        run.arrive()

    def _is_on_the_way(self, target: Place, nearest: Checkpoint) -> bool:
        """Return whether the run can train from its current position instead of from the checkpoint `nearest`.

        The current position must be between the checkpoint and the target, and no change may be in effect now that is
        not yet in effect at the target.
        """
        run = self._run
        applied = run.timeline.branches[run.branch].changes_at(target)
        return nearest.place <= run.place <= target and run.replay.changes_applied <= applied

    def place_from(self, place: Place, epochs: int) -> Place:
        """Return the start of another epoch: `epochs` later than `place`, or earlier if `epochs` is negative.

        A position is (complete epochs, complete batches of the next epoch). The result is always on the branch. From
        inside an epoch, the first step back leads to the start of that epoch.
        """
        epoch, batch = place
        inside = epochs < 0 < batch
        return min(max((epoch + epochs + inside, 0), self._run.timeline.root), self._run.tip)

    def travel_back_a_batch(self) -> Iterator[None]:
        """Go back by one batch. The generator yields at the same points as `travel`."""
        run = self._run
        if not run.batch and run.place > run.timeline.root:
            yield from self.travel(run.epoch - 1)
            yield from self.travel(run.epoch, run.replay.batches - 1)
        elif run.place > run.timeline.root:
            yield from self.travel(run.epoch, run.batch - 1)

    def prepare(self) -> Iterator[None]:
        """Make the checkpoint that the next step back needs.

        A copy of the run computes it, and the generator pauses like `travel`.
        """
        run = self._run
        target = run.epoch - (run.batch == 0), 0
        if target < run.timeline.root:
            return
        nearest = run.timeline.nearest(run.branch, target)
        if nearest.place == target:
            return
        aside = Replay.at(run.replay.data, run.replay.state, nearest)
        while aside.place < target:
            yield
            aside.apply_changes(run.history.changes)
            if aside.advance(by_act=False).phase is Phase.UPDATE and not aside.batch:
                run.timeline.keep(run.branch, aside.checkpoint(), in_use=False)

    def switch(self, branch: int) -> Iterator[None]:
        """Go to the end of another branch. The generator yields at the same points as `travel`.

        Raises:
            PlaceError: if there is no branch of this number. The error comes before the first pause.
        """
        run, target = self._run, self.tip_of(branch)
        run.switch(branch)
        nearest = run.timeline.nearest(branch, target)
        run.jump(nearest)
        return self._travel(target, nearest)

    def tip_of(self, branch: int) -> Place:
        """Return the end of a branch as a position: (complete epochs, complete batches of the next epoch).

        Raises:
            PlaceError: if there is no branch of this number.
        """
        branches = self._run.timeline.branches
        if not 0 <= branch < len(branches):
            raise PlaceError(f"there is no branch {branch + 1}; the branches are 1 to {len(branches)}")
        return self._run.tip if branch == self._run.branch else branches[branch].tip

    def rename(self, branch: int, name: str) -> None:
        """Give a branch another name.

        Raises:
            PlaceError: if there is no branch of this number.
        """
        self.tip_of(branch)
        self._run.timeline.update(branch, name=name)
