"""Going back, on, and to other branches."""

from __future__ import annotations

from collections.abc import Iterator

from tui_nn.core.watch.acts import Phase
from tui_nn.session.run.course import Course
from tui_nn.session.run.history import Place
from tui_nn.session.run.replay import Trainer
from tui_nn.session.run.snapshot import State
from tui_nn.session.run.timeline import Checkpoint, PlaceError


class Travel(Course):
    """A run that can be where it has been before: what is trained there again is the same, to the bit."""

    def keep_best(self) -> Iterator[None]:
        """At the end of a run go back to its best epoch if that is wanted; pauses as `travel`."""
        best = self.best
        if self.training.keep_best and best is not None and best.epoch < self.epoch and not self.batch:
            yield from self.travel(best.epoch)

    def travel(self, epoch: int, batch: int = 0) -> Iterator[None]:
        """Go there, pausing as `train` does: from the nearest checkpoint, or from here if that is nearer.

        Where it is when the caller asks no more is a place like any other.

        Raises:
            PlaceError: as `seek`, and at once.
        """
        target, newest = (epoch, batch), len(self.history.records) - 1
        if not (0, 0) <= target <= self.tip:
            inside = f", batch {batch}" if batch else ""
            raise PlaceError(f"there is no epoch {epoch}{inside} to go to: the newest is {newest}")
        return self._travel(target, self._timeline.nearest(self._branch, target))

    def _travel(self, target: Place, nearest: Checkpoint) -> Iterator[None]:
        self._remember_tip()
        if self._trainer.inside_batch or not nearest.place <= self.place <= target:
            self._jump(nearest)
        while self.place < target and self.status.state is not State.DIVERGED:
            yield
            self._advance(by_act=False, quietly=True)
        self._arrive()

    def place_from(self, place: Place, epochs: int) -> Place:
        """The beginning of an epoch some epochs on from a place, or back (below 0), or the nearest there is to it.

        From inside an epoch its own beginning is the first step back.
        """
        epoch, batch = place
        inside = epochs < 0 < batch
        return min(max((epoch + epochs + inside, 0), self._timeline.root), self.tip)

    def travel_back_a_batch(self) -> Iterator[None]:
        """Go to the batch boundary before this one; pauses as `travel`."""
        if not self.batch and self.place > self._timeline.root:
            yield from self.travel(self.epoch - 1)
            yield from self.travel(self.epoch, self.batches - 1)
        elif self.place > self._timeline.root:
            yield from self.travel(self.epoch, self.batch - 1)

    def prepare(self) -> Iterator[None]:
        """Have the checkpoint at hand that a step back takes, by a replay aside; pauses and can be left as `train`."""
        target = self.epoch - (self.batch == 0), 0
        if target < self._timeline.root:
            return
        nearest = self._timeline.nearest(self._branch, target)
        if nearest.place == target:
            return
        aside = Trainer.at(self._trainer.data, self._trainer.learner, nearest)
        while aside.place < target:
            yield
            aside.meet_changes(self.history.changes)
            if aside.advance(by_act=False).phase is Phase.UPDATE and not aside.batch:
                self._timeline.keep(self._branch, aside.checkpoint(), in_use=False)

    def switch(self, branch: int) -> Iterator[None]:
        """Go to the newest place of another branch, by its number, pausing as `travel` does.

        Raises:
            PlaceError: if there is no such branch, at once.
        """
        target = self.tip_of(branch)
        self._remember_tip()
        self._branch = branch
        nearest = self._timeline.nearest(branch, target)
        self._jump(nearest)
        return self._travel(target, nearest)

    def tip_of(self, branch: int) -> Place:
        """The newest place of a branch, by its number.

        Raises:
            PlaceError: if there is no such branch.
        """
        if not 0 <= branch < len(self._timeline.branches):
            raise PlaceError(f"there is no branch {branch + 1}: there are {len(self._timeline.branches)}")
        return self.tip if branch == self._branch else self._timeline.branches[branch].tip

    def rename(self, branch: int, name: str) -> None:
        """Give a branch another name.

        Raises:
            PlaceError: if there is no such branch.
        """
        self.tip_of(branch)
        self._timeline.update(branch, name=name)
