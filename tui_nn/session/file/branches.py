"""Branches as they lie in a file: of each what sets it apart from its parent, for the rest follows from that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from tui_nn.config.configs import TrainingConfig
from tui_nn.session.file.archive import Layout, Vector
from tui_nn.session.file.columns import read_change, read_records, records_layout, write_records
from tui_nn.session.file.fields import count_of, list_of, table_of, text_of
from tui_nn.session.run.history import History, Place
from tui_nn.session.run.status import State, Status
from tui_nn.session.run.timeline import Branch


def write_branches(branches: Sequence[Branch], current: int) -> tuple[dict[str, Any], dict[str, Vector]]:
    """What a header says of branches, and the vectors of the records of all but the current one, which has its own."""
    if not branches:
        return {}, {}
    rows, vectors = [], dict[str, Vector]()
    for number, branch in enumerate(branches):
        first = branch.fork[0] + 1 if branch.parent is not None else 0
        own = () if number == current else branch.history.records[first:]
        records, of_branch = write_records(own, _prefix(number))
        vectors |= of_branch
        rows.append(
            {
                "name": branch.name,
                "parent": branch.parent,
                "fork": list(branch.fork),
                "before": branch.before and branch.before.to_dict(),
                "batch": branch.batch,
                "inherited": branch.inherited,
                "diverged": branch.status.reason,
                "changes": [change.to_dict() for change in branch.history.changes],
                **records,
            }
        )
    return {"branch": current, "branches": rows}, vectors


def branches_layout(header: dict[str, Any], layer_count: int) -> Layout:
    """The vectors of branches that a header speaks of."""
    rows = list_of(header, "branches") if "branches" in header else []
    parts = (records_layout(row, layer_count, _prefix(number)) for number, row in enumerate(rows))
    return {name: kind for part in parts for name, kind in part.items()}


def read_branches(header: dict[str, Any], vectors: dict[str, Vector], current: History) -> tuple[Branch, ...]:
    """All branches, the current one with its history; () if there is one only.

    Raises:
        KeyError, TypeError, ValueError: if they make no tree.
    """
    if "branches" not in header:
        return ()
    branches: list[Branch] = []
    for number, row in enumerate(list_of(header, "branches")):
        parent = None if row["parent"] is None else count_of(row, "parent")
        epoch, batch = (count_of({"fork": value}, "fork") for value in list_of(row, "fork"))
        if (parent is None) != (number == 0) or (parent is not None and parent >= number):
            raise ValueError(f"its branch {number + 1} has no place in the tree")
        if number == count_of(header, "branch"):
            history = current
        else:
            before = () if parent is None else branches[parent].history.records[: epoch + 1]
            own = read_records(vectors, len(before), _prefix(number))
            changes = tuple(map(read_change, list_of(row, "changes")))
            history = replace(current, records=(*before, *own), changes=changes)
        inherited = 0
        if parent is not None:
            inherited = _inherited(row, history, branches[parent].history, (epoch, batch))
        if len(history.records) <= epoch:
            raise ValueError(f"its branch {number + 1} ends before it begins")
        reason = text_of(row, "diverged")
        branches.append(
            Branch(
                history,
                text_of(row, "name"),
                parent,
                (epoch, batch),
                TrainingConfig.from_dict(table_of(row, "before")) if parent is not None else None,
                count_of(row, "batch"),
                Status(State.DIVERGED, reason) if reason else Status(),
                inherited,
            )
        )
    if count_of(header, "branch") >= len(branches):
        raise ValueError(f"it has no branch {count_of(header, 'branch') + 1}")
    return tuple(branches)


def _inherited(row: dict[str, Any], history: History, parent: History, fork: Place) -> int:
    """Return how many changes a branch has from its parent. Files of format 1 do not say it."""
    if "inherited" in row:
        inherited = count_of(row, "inherited")
    else:
        # Both have the same changes up to the fork. At the fork, the branch has at least one of its own.
        own = max((number for number, change in enumerate(history.changes) if change.place == fork), default=0)
        pairs = zip(history.changes, parent.changes, strict=False)
        inherited = min(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)), own)
    if history.changes[:inherited] != parent.changes[:inherited]:
        raise ValueError("a branch has other changes than its parent before it begins")
    return inherited


def _prefix(number: int) -> str:
    return f"branch{number}_"
