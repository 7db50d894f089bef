"""`tui-nn runs`: list the runs that were not saved when their app ended."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.output import event, note, result
from tui_nn.data.printable import printable
from tui_nn.render.numbers import percent
from tui_nn.session.file.archive import RunFileError
from tui_nn.session.file.rescue import all_rescue_paths, found_rescue_paths, rescue_folder
from tui_nn.session.file.summary import summarize

ABOUT = (
    "List the runs that were not saved when their terminal was closed or their app was killed. The app offers them at its "
    "start; tui-nn --run FILE opens one, and every command that takes a run can read it."
)
EXAMPLES = "tui-nn runs\ntui-nn runs --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print one JSON object for each run")


def run(args: Namespace) -> int:
    """Print a line for each run, the newest first."""
    free = set(found_rescue_paths())
    paths = all_rescue_paths()
    for path in paths:
        try:
            summary = summarize(path)
        except RunFileError as error:
            note(f"tui-nn runs: {error}.")
            continue
        sizes, accuracy = "-".join(map(str, summary.sizes)), percent(summary.test_accuracy)
        if args.json:
            event(
                "run",
                path=str(path),
                written=summary.written.isoformat(timespec="seconds"),
                preset=summary.preset,
                sizes=list(summary.sizes),
                epoch=summary.epoch,
                test_accuracy=summary.test_accuracy,
                open=path not in free,
            )
        else:
            result(
                f"{summary.written:%Y-%m-%d %H:%M}  {summary.preset}  {sizes}  epoch {summary.epoch:,}  test {accuracy}"
            )
            result(f"  {printable(str(path))}{'' if path in free else '  (open in an app now)'}")
    if not paths and not args.json:
        note(f"there are no unsaved runs in {printable(str(rescue_folder()))}")
    return 0
