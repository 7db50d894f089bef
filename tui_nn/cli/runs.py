"""`tui-nn runs`: list the runs that were not saved before their app ended, and the newest run files."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from tui_nn.cli.output import event, note, result
from tui_nn.data.printable import printable
from tui_nn.home.memory import load_memory
from tui_nn.render.numbers import percent
from tui_nn.session.file.archive import RunFileError
from tui_nn.session.file.rescue import all_rescue_paths, found_rescue_paths, rescue_folder
from tui_nn.session.file.summary import summarize

ABOUT = (
    "List the unsaved runs, which remain after a terminal was closed or the app was killed. Then list the run "
    "files that you saved or opened last. To open a run, use tui-nn --run FILE, or press O in the app. Every "
    "command that reads a run accepts these files."
)
EXAMPLES = "tui-nn runs\ntui-nn runs --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn runs`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object for each run")


def run(args: Namespace) -> int:
    """Print two lines for each run. The unsaved runs come first, then the files, with the newest file first."""
    free = set(found_rescue_paths())
    rescued = all_rescue_paths()
    files = [Path(path) for path in load_memory().runs if os.path.exists(path)]
    for path in [*rescued, *files]:
        try:
            summary = summarize(path)
        except RunFileError as error:
            note(f"tui-nn runs: {error}.")
            continue
        is_saved = path not in rescued
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
                saved=is_saved,
                open=not is_saved and path not in free,
            )
        else:
            result(
                f"{summary.written:%Y-%m-%d %H:%M}  {summary.preset}  {sizes}  epoch {summary.epoch:,}  test {accuracy}"
            )
            state = (
                "" if is_saved else "  (not saved)" if path in free else "  (not saved; this run is open in an app now)"
            )
            result(f"  {printable(str(path))}{state}")
    if not rescued and not args.json:
        note(f"The folder {printable(str(rescue_folder()))} contains no unsaved runs.")
    return 0
