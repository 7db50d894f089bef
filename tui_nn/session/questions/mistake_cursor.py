"""The mistake cursor: a list of test examples, and the example in it that is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.analysis.outputs import Mistake
from tui_nn.core.parameters import Labels
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.mistakes import MistakeList, find_mistakes, least_sure_right
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MistakeCursor:
    """A list of test examples of one snapshot, and the position of the shown example in it.

    A cursor never changes. Every move returns another cursor.
    """

    snapshot: Snapshot
    """The snapshot whose predictions are listed. It may be older than the newest snapshot."""
    found: MistakeList
    """The listed examples: mistakes, or the right predictions with the lowest confidence if nothing is misclassified."""
    selection: Selection
    position: int = 0
    """The position of the shown example in the list, from 0."""
    left: int | None = None
    """The example that was shown before, if newer predictions removed it from the list."""

    @classmethod
    def of(cls, snapshot: Snapshot, labels: Labels, selection: Selection) -> MistakeCursor:
        """Return a cursor at the first example of a new list. `labels`, shape (n,), are the true classes of the test examples."""
        return cls(snapshot, _found(snapshot, labels, selection), selection)

    @property
    def past(self) -> Past:
        """The predictions of the earlier epochs."""
        return Past.of(self.snapshot)

    @property
    def mistake(self) -> Mistake | None:
        """The shown example; None if the list is empty."""
        return self.found[self.position] if len(self.found) else None

    def at(self, position: int) -> MistakeCursor:
        """Return a cursor at another position. A position outside the list becomes the first or the last one."""
        return replace(self, position=max(0, min(position, len(self.found) - 1)), left=None)

    def turn_to(self, index: int) -> MistakeCursor:
        """Return a cursor at the test example with this index.

        If the filter hides the example, the filter is removed. An example that is not a mistake is stored in `left`,
        because the list does not contain it.
        """
        cursor = self
        if cursor.found.position_of(index) is None:
            cursor = self.select(self.selection.unfiltered)
        position = cursor.found.position_of(index)
        return replace(cursor, left=index) if position is None else cursor.at(position)

    def select(self, selection: Selection) -> MistakeCursor:
        """Return a cursor in the list of this selection.

        It is at the same example if that is listed and the order is unchanged, else at the top.
        """
        found = _found(self.snapshot, self.found.labels, selection)
        cursor = replace(self, found=found, selection=selection, position=0, left=None)
        mistake = self.mistake
        if mistake is None or selection.order != self.selection.order:
            return cursor
        return cursor.at(found.position_of(mistake.index) or 0)

    def take(self, snapshot: Snapshot) -> MistakeCursor:
        """Return a cursor in the list for another snapshot.

        It is at the same example, or at the same position if that is not listed.
        """
        if self.goes_on_in(snapshot) and snapshot.step == self.snapshot.step:
            return replace(self, snapshot=snapshot)
        mistake = self.mistake
        taken = replace(self, snapshot=snapshot, found=_found(snapshot, self.found.labels, self.selection))
        position = None if mistake is None else taken.found.position_of(mistake.index)
        if mistake is None or position is not None:
            return taken.at(self.position if position is None else position)
        return replace(taken.at(self.position), left=mistake.index if self.is_same_run(snapshot) else None)

    def goes_on_in(self, snapshot: Snapshot) -> bool:
        """Return whether `snapshot` is of this cursor's run, and not from an earlier moment of it."""
        earlier = snapshot.step < self.snapshot.step or snapshot.epoch < self.snapshot.epoch
        return not earlier and self.is_same_run(snapshot)

    def is_same_run(self, snapshot: Snapshot) -> bool:
        """Return whether `snapshot` is of this cursor's run.

        Histories of one run share their record objects, which are compared here.
        """
        mine, others = self.snapshot.history.records, snapshot.history.records
        epoch = min(self.snapshot.epoch, snapshot.epoch)
        return snapshot.network == self.snapshot.network and mine[epoch] == others[epoch]


def _found(snapshot: Snapshot, labels: Labels, selection: Selection) -> MistakeList:
    found = find_mistakes(snapshot.evaluation, labels, selection, Past.of(snapshot))
    none_wrong = selection.kind == "wrong" and not found.total
    return least_sure_right(snapshot.evaluation, labels) if none_wrong else found
