"""`tui-nn export`: write a run as a program, as weights, or as a confusion matrix."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from shlex import quote

from tui_nn.cli.flags import RUN_HELP
from tui_nn.cli.output import event, folded, note, note_all
from tui_nn.cli.parser import Failure, UsageError, did_you_mean
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.export.files import KINDS, NEED_DATA, write_export
from tui_nn.export.plan import ExportError
from tui_nn.session.file.runs import RunFileError, load_run

ABOUT = (
    "Write a saved run to a file. A script in NumPy or PyTorch, or a notebook, trains the network again with "
    "the same losses. Other kinds of file contain the weights, the confusion matrix or the examples. For "
    "safetensors, first install the package: pip install 'tui-nn[export]'."
)
EXAMPLES = """\
tui-nn export a.run --to script
tui-nn export a.run --to data -o digits.npz
tui-nn export a.run --to safetensors
tui-nn export a.run --to csv -o matrix.csv --overwrite"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn export`."""
    parser.add_argument("file", metavar="FILE", help=RUN_HELP)
    kinds = "; ".join(f"{kind.name} ({kind.about})" for kind in KINDS.values())
    parser.add_argument("--to", metavar="KIND", required=True, help=f"one of: {kinds}")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="write to this file (default: the name of the run with another ending)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it exists")
    parser.add_argument("--data", metavar="PATH", help="the data file of the run, if it was moved after training")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: Namespace) -> int:
    """Write the file."""
    if args.to not in KINDS:
        raise UsageError(f"--to is '{args.to}': it must be one of {', '.join(KINDS)}{did_you_mean(args.to, KINDS)}")
    kind = KINDS[args.to]
    stem = os.path.splitext(os.path.basename(args.file))[0] or "run"
    path = args.output or stem + kind.ending
    if os.path.lexists(path) and not args.overwrite:
        raise UsageError(f"the file '{path}' exists; give another name with -o, or replace the file with --overwrite")
    try:
        session = load_run(args.file, args.data)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    note_all(session.dataset.name, session.dataset.notes)
    snapshot = session.snapshot()
    if kind.name in NEED_DATA and (difference := snapshot.difference_from_here):
        note(folded(difference))
    try:
        write_export(path, kind.make(snapshot, session.dataset))
    except ExportError as error:
        raise Failure(str(error)) from None
    if args.json:
        event("exported", path=path, kind=kind.name, epoch=snapshot.epoch)
        return 0
    note(f"written to {printable(path)}")
    if kind.name in NEED_DATA:
        note(
            f"The script reads the examples of the run from a file. To write that file: tui-nn export {quote(args.file)} --to data"
        )
    return 0
