"""Branches on their way through a pipe: the parts of each that the other side lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Not when it runs: the app paints its frame while NumPy is still being loaded.
    from tui_nn.session.run.history import EpochRecord
    from tui_nn.session.run.timeline import Branch


@dataclass(frozen=True, slots=True, eq=False)
class BranchNews:
    """The differences between two states of the branches."""

    count: int
    """The number of branches now."""
    changed: dict[int, tuple[int, Branch]]
    """The new and changed branches by number: how many known records stay, and the branch with only the newer records."""


def branch_news(known: Sequence[Branch], branches: Sequence[Branch]) -> BranchNews:
    """Return how `branches` differ from `known`."""
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
    """Return the branches that `branch_news(known, branches)` was made of."""
    branches = list(known)
    for number, (kept, branch) in news.changed.items():
        records = _records_before(branches, number, branch)[:kept] + branch.history.records
        branches[number : number + 1] = [_with_records(branch, records)]
    return tuple(branches[: news.count])


def _records_before(branches: Sequence[Branch], number: int, branch: Branch) -> tuple[EpochRecord, ...]:
    """Return the records of the branch as it was; for a new branch those of its parent."""
    if number < len(branches):
        return branches[number].history.records
    return () if branch.parent is None else branches[branch.parent].history.records


def _with_records(branch: Branch, records: tuple[EpochRecord, ...]) -> Branch:
    return replace(branch, history=replace(branch.history, records=records))
