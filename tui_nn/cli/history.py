"""`tui-nn history`: print the history of a saved run: its settings, changes, branches, and the losses of every epoch."""

from __future__ import annotations

import csv
import math
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from math import isqrt
from typing import Any

from tui_nn.cli.flags import RUN_HELP
from tui_nn.cli.output import event, place_in_words, result
from tui_nn.cli.parser import UsageError, whole_number
from tui_nn.cli.scores import epoch_heads, epoch_row
from tui_nn.cli.sources import identity
from tui_nn.data.printable import printable
from tui_nn.presets.share import share_line, share_run
from tui_nn.session.file.runs import Run, RunFileError, read_run
from tui_nn.session.questions.branch_words import branch_tree, change_words, changed_words, fork_words
from tui_nn.session.run.history import NUMBERS, VALIDATION_NUMBERS
from tui_nn.session.run.timeline import Branch

ABOUT = (
    "Print the settings of a saved run, the changes that were made by hand, the branches, "
    "and the losses after every epoch. This command does not need the data of the run."
)
EXAMPLES = """\
tui-nn history a.run
tui-nn history a.run --branch 2
tui-nn history a.run --csv > a.csv
tui-nn history a.run --json"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn history`."""
    parser.add_argument("file", metavar="RUN", help=RUN_HELP)
    parser.add_argument(
        "--branch",
        metavar="N",
        type=whole_number(1),
        help="show only branch N, counted from 1 (default: the current branch; with --json and --csv: all branches)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")
    parser.add_argument(
        "--csv", action="store_true", help="print a table for spreadsheets, with one row for each epoch"
    )


def run(args: Namespace) -> int:
    """Read the run, and print its history."""
    if args.json and args.csv:
        raise UsageError("--json cannot be used with --csv: leave one of them out")
    try:
        found = read_run(args.file)
    except RunFileError as error:
        raise UsageError(str(error)) from None
    branches = found.branches or (Branch(found.history),)
    if args.branch is not None and args.branch > len(branches):
        raise UsageError(f"--branch is {args.branch}: the run has {_count(len(branches), 'branch', 'branches')}")
    if args.json:
        _as_json(found, branches, args.branch)
    elif args.csv:
        _as_csv(branches, args.branch)
    else:
        _as_text(found, branches, found.branch if args.branch is None else args.branch - 1)
    return 0


def _chosen(branches: tuple[Branch, ...], number: int | None) -> list[tuple[int, Branch]]:
    """Return a list of pairs (number of the branch, from 1; branch) for the branch with this number, or for all
    branches if it is None.
    """
    return [pair for pair in enumerate(branches, start=1) if number in (None, pair[0])]


def _as_json(run: Run, branches: tuple[Branch, ...], number: int | None) -> None:
    event(
        "history",
        **identity(run),
        share=share_run(run),
        share_at_start=share_line(run.network, run.history.begun_with or run.training),
        data=run.data.name,
        branches=len(branches),
        bookmarks=[asdict(bookmark) for bookmark in run.bookmarks],
        made_with=[made.to_dict() for made in run.made_with],
    )
    for at, branch in _chosen(branches, number):
        event(
            "branch",
            branch=at,
            name=branch.name,
            parent=None if branch.parent is None else branch.parent + 1,
            from_epoch=branch.fork[0],
            from_batch=branch.fork[1],
            epoch=branch.tip[0],
            batch=branch.tip[1],
            diverged=branch.diverged,
            changes=[change.to_dict() for change in branch.history.changes],
        )
        for record in branch.history.records:
            event("epoch", branch=at, **record.to_dict())


_COLUMNS = ("branch", *NUMBERS, *VALIDATION_NUMBERS)


def _as_csv(branches: tuple[Branch, ...], number: int | None) -> None:
    """Print one row for each epoch of each branch. Epoch 0 is the untrained network. If a number is unknown, its cell is empty."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(_COLUMNS)
    for at, branch in _chosen(branches, number):
        for record in branch.history.records:
            table.writerow([at, *(_cell(getattr(record, name)) for name in _COLUMNS[1:])])


def _cell(value: float) -> Any:
    return "" if math.isnan(value) else value


def _as_text(run: Run, branches: tuple[Branch, ...], number: int) -> None:
    side = isqrt(run.network.input_size)
    sizes = "-".join(map(str, run.network.sizes))
    result(f"{run.preset} {sizes} · {place_in_words(run.place)} · {run.data.name}")
    begun_with = run.history.begun_with or run.training
    result(f"settings  {share_line(run.network, begun_with, branches[number].history.changes)}")
    if run.training != begun_with:
        result(f"at present  {share_line(run.network, run.training)}")
    if len(branches) > 1:
        result()
        result("branches")
        for at, lead in branch_tree(branches):
            branch = branches[at]
            begun = "" if branch.parent is None else f", from {fork_words(branch)}: {changed_words(branch, side)[0]}"
            mark = "*" if at == number else " "
            result(f"{mark}{at + 1:>3}  {lead}{printable(branch.name)}, to {place_in_words(branch.tip)}{begun}")
    history = branches[number].history
    if history.changes:
        result()
        result("changes by hand")
        for change in history.changes:
            result(f"  after {place_in_words(change.place)}: {change_words(change, side)}")
    result()
    result(epoch_heads(history))
    for record in history.records:
        result(epoch_row(record))
    best, diverged = history.best, branches[number].diverged
    if best is not None:
        result(f"epoch {best.epoch:,} is the best: it has the lowest {history.monitored_data} loss")
    if diverged:
        result(f"the training diverged: {diverged}")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
