"""`tui-nn screenshot`: draw the app without a terminal; the same command always gives the same picture."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path

from tui_nn.cli.app import add_start, begun_with, check_theme
from tui_nn.cli.flags import add_compared, add_settings, compared_runs
from tui_nn.cli.output import note, note_all
from tui_nn.cli.parser import Failure, UsageError, whole_number
from tui_nn.cli.views import check_keys, check_look
from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.engine.look import Look
from tui_nn.engine.messages import Start
from tui_nn.engine.script import read_size
from tui_nn.engine.timeless import TimelessEngine
from tui_nn.engine.worker import Worker
from tui_nn.export.picture import png_of
from tui_nn.export.plan import ExportError
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.run_set import OtherRun
from tui_nn.session.run.session import Session

ABOUT = (
    "Draw the app into a file: an SVG or PNG picture in colour, or plain text. For PNG, first install the packages: "
    "pip install 'tui-nn[export]'. Every setting has a flag; tui-nn train --help lists these flags."
)
EXAMPLES = """\
tui-nn screenshot --epochs 5 -o train.svg
tui-nn screenshot --epochs 3 --look "inspect/unit epoch=2" -o unit.svg
tui-nn screenshot --lr 0.1 --do run --do "again learning-rate=3" --look train/compare -o rates.svg
tui-nn screenshot --run a.run --look mistakes --size 80x24 --keys "down down" -o mistakes.txt"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn screenshot`."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="write to FILE.svg, FILE.png or FILE.txt")
    add_start(parser)
    parser.add_argument("--run", metavar="FILE", help="show this saved run")
    add_compared(parser)
    parser.add_argument(
        "--epochs",
        "--ep",
        dest="first",
        metavar="N",
        type=whole_number(0, 1_000_000),
        help="train N epochs before drawing (default: 0); with --do, N is the planned epochs, which the command run trains",
    )
    parser.add_argument(
        "--look",
        "--pane",
        metavar="LOOK",
        default="train",
        help='draw this view: train, inspect, inspect/unit, "inspect/unit epoch=2" (default: train)',
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=screen_size,
        default=(120, 40),
        help="the size of the picture in columns and rows (default: 120x40)",
    )
    parser.add_argument("--theme", metavar="NAME", help="use this colour theme, such as textual-light")
    parser.add_argument("--ascii", action="store_true", help="use only ASCII characters")
    parser.add_argument(
        "--keys",
        metavar="KEYS",
        default="",
        help='press these keys first; spaces separate the keys, such as "space b down"',
    )
    add_settings(parser, without=("epochs",), in_help=False)


def run(args: Namespace) -> int:
    """Draw the app, and write the file."""
    path = Path(args.output)
    if path.suffix not in (".svg", ".png", ".txt"):
        raise UsageError(f"-o is '{args.output}': the name must end in .svg, .png or .txt")
    # With --do, --epochs sets the planned epochs of the run.
    args.epochs = str(args.first) if args.do and args.first is not None else None
    start = begun_with(args, args.data)
    look = _check_looks(args)
    try:
        target = check_target(path)
        compared = compared_runs(args)
        worker = Worker(start)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    except ValueError as error:
        raise UsageError(f"--do: {error}") from None
    note_all(worker.session.dataset.name, worker.session.dataset.notes)
    if not args.do:
        _train(worker.session, args.first or 0)
    picture = asyncio.run(_draw(args, look, compared, TimelessEngine(Start(), worker), path.suffix))
    try:
        content = png_of(picture) if path.suffix == ".png" else picture.encode("utf-8")
        replace_file(target, lambda file: file.write(content))
    except ExportError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"'{path}' cannot be written: {(error.strerror or str(error)).lower()}") from None
    note(f"written to {printable(args.output)}")
    return 0


def _check_looks(args: Namespace) -> Look:
    """Return the `Look` (the description of one view) that --look names. Check the keys and the theme too, before any training.

    Raises:
        UsageError: if a pane, view, key or theme does not exist.
    """
    plain_environment()
    from tui_nn.ui.shell.app import THEMES

    look = check_look("--look", args.look)
    check_keys(args.keys)
    if args.theme is not None:
        check_theme(args.theme, THEMES)
    return look


def _train(session: Session, epochs: int) -> None:
    for _ in session.run(epochs):
        pass


async def _draw(args: Namespace, look: Look, compared: Sequence[OtherRun], engine: TimelessEngine, kind: str) -> str:
    from tui_nn.ui.shell.stage import open_stage

    async with open_stage(engine, args.size, ascii_only=args.ascii, theme=args.theme, compared=compared) as stage:
        await stage.show(look)
        await stage.press(*args.keys.split())
        return stage.text if kind == ".txt" else stage.svg


def plain_environment() -> None:
    """Remove the environment variables by which Textual would adapt to the real terminal. Textual reads them on import."""
    for name in list(os.environ):
        if name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES") or name.startswith("TEXTUAL_"):
            del os.environ[name]
    os.environ |= {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_COLOR_SYSTEM": "truecolor", "TERM": "xterm-256color"}


def screen_size(text: str) -> tuple[int, int]:
    """Return the columns and rows of a text such as "80x24".

    Raises:
        ArgumentTypeError: if the text is not a size.
    """
    try:
        return read_size(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error).removeprefix("the size ")) from None
