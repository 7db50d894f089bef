"""Reading mistakes: whose they are, which are listed, and the one that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.core.arrays import Labels
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.mistakes import Mistake, MistakeList, find_mistakes, least_sure_right
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """A place in the mistakes of one snapshot. Every move gives another reading."""

    snapshot: Snapshot
    """Whose answers are read; it need not be the newest."""
    found: MistakeList
    """What is listed: mistakes, or the least sure of the right ones where none is wrong."""
    selection: Selection
    position: int = 0
    """The place in the list, from 0."""
    left: int | None = None
    """The test digit that was looked at before, if newer answers took it off the list."""

    @classmethod
    def of(cls, snapshot: Snapshot, labels: Labels, selection: Selection) -> Reading:
        """Begin at the top; `labels` are those of the test digits."""
        return cls(snapshot, _found(snapshot, labels, selection), selection)

    @property
    def past(self) -> Past:
        """The answers before these."""
        return Past.of(self.snapshot)

    @property
    def mistake(self) -> Mistake | None:
        """The one that is looked at; None in an empty list."""
        return self.found[self.position] if len(self.found) else None

    def at(self, position: int) -> Reading:
        """Look at another; before the first is the first, after the last is the last."""
        return replace(self, position=max(0, min(position, len(self.found) - 1)), left=None)

    def turn_to(self, index: int) -> Reading:
        """Look at a test digit; the filter goes if it hides it. If it is not listed even so, `left` speaks of it."""
        reading = self
        if reading.found.position_of(index) is None:
            reading = self.select(self.selection.unfiltered)
        position = reading.found.position_of(index)
        return replace(reading, left=index) if position is None else reading.at(position)

    def select(self, selection: Selection) -> Reading:
        """List others: from the top in another order, at the same digit behind another filter."""
        found = _found(self.snapshot, self.found.labels, selection)
        reading = replace(self, found=found, selection=selection, position=0, left=None)
        mistake = self.mistake
        if mistake is None or selection.order != self.selection.order:
            return reading
        return reading.at(found.position_of(mistake.index) or 0)

    def take(self, snapshot: Snapshot) -> Reading:
        """Read other answers, at the same digit, or where it is not listed any more at the same place."""
        if self.goes_on_in(snapshot) and snapshot.step == self.snapshot.step:
            return replace(self, snapshot=snapshot)
        mistake = self.mistake
        taken = replace(self, snapshot=snapshot, found=_found(snapshot, self.found.labels, self.selection))
        position = None if mistake is None else taken.found.position_of(mistake.index)
        if mistake is None or position is not None:
            return taken.at(self.position if position is None else position)
        return replace(taken.at(self.position), left=mistake.index if self.is_same_run(snapshot) else None)

    def goes_on_in(self, snapshot: Snapshot) -> bool:
        """Whether `snapshot` is of the same run, no earlier."""
        earlier = snapshot.step < self.snapshot.step or snapshot.epoch < self.snapshot.epoch
        return not earlier and self.is_same_run(snapshot)

    def is_same_run(self, snapshot: Snapshot) -> bool:
        """Whether `snapshot` is of the same run, earlier or later: they have a record in common, that of the earlier."""
        mine, others = self.snapshot.history.records, snapshot.history.records
        epoch = min(self.snapshot.epoch, snapshot.epoch)
        return snapshot.network == self.snapshot.network and mine[epoch] == others[epoch]


def _found(snapshot: Snapshot, labels: Labels, selection: Selection) -> MistakeList:
    found = find_mistakes(snapshot.evaluation, labels, selection, Past.of(snapshot))
    none_wrong = selection.kind == "wrong" and not found.total
    return least_sure_right(snapshot.evaluation, labels) if none_wrong else found
