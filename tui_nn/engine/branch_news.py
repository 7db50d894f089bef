"""Changes of the branches of a run. The engine's process sends only these changes through the pipe to the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # These imports are only for the type checker: they would load NumPy, but the app draws its frame before NumPy is
    # loaded.
    from tui_nn.session.run.history import EpochRecord
    from tui_nn.session.run.timeline import Branch


@dataclass(frozen=True, slots=True, eq=False)
class BranchNews:
    """The differences between two lists of the branches of a run."""

    count: int
    """The number of branches in the newer of the two lists."""
    changed: dict[int, tuple[int, Branch]]
    """The new and the changed branches, by the number of the branch. Each value is a pair: the number of known epoch
    records that stay, and the branch with only its newer records.
    """


def branch_news(known: Sequence[Branch], branches: Sequence[Branch]) -> BranchNews:
    """Return the differences between the branches `known` and the newer list `branches`."""
    so_far = list(known)
    changed: dict[int, tuple[int, Branch]] = {}
    for number, branch in enumerate(branches):
        if number < len(known) and branch is known[number]:
            continue
        records, before = branch.history.records, _records_before(so_far, number, branch)
        kept = min(len(records), len(before))
        while kept and records[kept - 1] is not before[kept - 1]:
            kept -= 1
        changed[number] = kept, _with_records(branch, records[kept:])
        so_far[number : number + 1] = [branch]
    return BranchNews(len(branches), changed)


def with_news(known: Sequence[Branch], news: BranchNews) -> tuple[Branch, ...]:
    """Return the newer list of branches, rebuilt from the older list `known` and the differences `news`."""
    branches = list(known)
    for number, (kept, branch) in news.changed.items():
        records = _records_before(branches, number, branch)[:kept] + branch.history.records
        branches[number : number + 1] = [_with_records(branch, records)]
    return tuple(branches[: news.count])


def _records_before(branches: Sequence[Branch], number: int, branch: Branch) -> tuple[EpochRecord, ...]:
    """Return the known epoch records of the branch; for a new branch, return the records of its parent."""
    if number < len(branches):
        return branches[number].history.records
    return () if branch.parent is None else branches[branch.parent].history.records


def _with_records(branch: Branch, records: tuple[EpochRecord, ...]) -> Branch:
    return replace(branch, history=replace(branch.history, records=records))
