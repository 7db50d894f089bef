"""The branches of a run in its file. Each branch stores only the part in which it differs from its parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from tui_nn.session.file.archive import Layout, Vector
from tui_nn.session.file.columns import read_changes, read_records, records_layout, write_records
from tui_nn.session.run.history import History, Place
from tui_nn.session.run.status import State, Status
from tui_nn.session.run.timeline import Branch


def write_branches(branches: Sequence[Branch], current: int) -> tuple[dict[str, Any], dict[str, Vector]]:
    """Return the branches as fields of the JSON header, and their epoch records as columns (one vector for each
    figure).

    The columns of the current branch have names without a prefix.
    """
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
    return ({"branch": current, "branches": rows} if rows else {}), vectors


def branches_layout(header: Mapping[str, Any], layer_count: int) -> Layout:
    """Return the dtype and the length of each column of the branches that the header describes."""
    parts = (records_layout(row, layer_count, _prefix(number)) for number, row in enumerate(header["branches"]))
    return {name: kind for part in parts for name, kind in part.items()}


def read_branches(
    header: Mapping[str, Any], vectors: Mapping[str, Vector], classes: int, current: History
) -> tuple[Branch, ...]:
    """Return all branches; () if the file does not contain them. `current` becomes the history of the current branch.

    Raises:
        ValueError: if the branches are not a tree.
    """
    branches: list[Branch] = []
    for number, row in enumerate(header["branches"]):
        parent, (epoch, batch) = row["parent"], row["fork"]
        if (parent is None) != (number == 0) or (parent is not None and parent >= number):
            raise ValueError(f"branch {number + 1} is not connected to the tree of branches")
        if parent is not None and row["before"] is None:
            raise ValueError(f"the training settings before the start of branch {number + 1} are missing")
        if number == header["branch"]:
            history = current
        else:
            before = () if parent is None else branches[parent].history.records[: epoch + 1]
            own = read_records(vectors, classes, len(before), _prefix(number))
            history = replace(current, records=(*before, *own), changes=read_changes(row["changes"]))
        if len(history.records) <= epoch:
            raise ValueError(f"branch {number + 1} ends before it begins")
        inherited = 0
        if parent is not None:
            inherited = _inherited(row, history, branches[parent].history, (epoch, batch))
        status = Status(State.DIVERGED, row["diverged"]) if row["diverged"] else Status()
        before_fork = row["before"] if parent is not None else None
        branches.append(
            Branch(history, row["name"], parent, (epoch, batch), before_fork, row["batch"], status, inherited)
        )
    if header["branch"] >= max(len(branches), 1):
        raise ValueError(f"the run has no branch {header['branch'] + 1}")
    return tuple(branches)


def _inherited(row: Mapping[str, Any], history: History, parent: History, fork: Place) -> int:
    """Return the number of changes that a branch shares with its parent: those made before the branch began."""
    inherited: int | None = row["inherited"]
    if inherited is None:
        # Files of format 1 do not contain the number of shared changes. Both branches have the same changes up to the fork, and
        # at the fork the newer branch has at least one change of its own.
        own = max((number for number, change in enumerate(history.changes) if change.place == fork), default=0)
        pairs = zip(history.changes, parent.changes, strict=False)
        inherited = min(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)), own)
    if inherited > len(history.changes) or history.changes[:inherited] != parent.changes[:inherited]:
        raise ValueError("a branch and its parent differ in their changes before the branch begins")
    return inherited


def _prefix(number: int) -> str:
    return f"branch{number}_"
