"""`tui-nn class`: print one table of the lesson reports of a school class."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from tui_nn.cli.output import event, note, result
from tui_nn.cli.parser import UsageError
from tui_nn.data.printable import printable
from tui_nn.lessons.report import ReportError, Row, read_report

ABOUT = (
    "Read the reports of a school class from a folder. Each pupil writes a report with tui-nn lesson NAME "
    "--report FILE.json. Print one row for each report: the predictions, the outcome and the checks."
)
EXAMPLES = "tui-nn class reports\ntui-nn class reports --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn class`."""
    parser.add_argument("folder", metavar="DIR", help="a folder with reports, which are files that end in .json")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")


def run(args: Namespace) -> int:
    """Print the table. If some files are not reports, name them on stderr and return 1."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise UsageError(f"there is no folder '{args.folder}'")
    rows: list[Row] = []
    errors = 0
    for path in sorted(folder.glob("*.json")):
        try:
            rows.append(read_report(path))
        except ReportError as error:
            note(str(error))
            errors += 1
    if not rows and not errors:
        raise UsageError(f"the folder '{args.folder}' contains no reports, which are files that end in .json")
    rows.sort(key=lambda row: (row.lesson, row.learner))
    if args.json:
        for row in rows:
            event("report", **asdict(row))
    else:
        _table(rows)
    return 1 if errors else 0


def _table(rows: list[Row]) -> None:
    """Print a table: the column headings, then one row for each report."""
    result(f"{'learner':20}{'lesson':22}{'predicted':>10}{'it did':>8}{'checks':>9}  finished")
    for row in rows:
        learner, lesson = (printable(name)[:width] for name, width in ((row.learner, 19), (row.lesson, 21)))
        checks = f"{row.passed} of {row.checks}"
        finished = "yes" if row.finished else "no"
        result(f"{learner:20}{lesson:22}{printable(row.said):>10}{printable(row.outcome):>8}{checks:>9}  {finished}")
