"""`tui-nn screenshot`: the app drawn without a terminal, the same picture every time."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tui_nn.cli.app import check_theme
from tui_nn.cli.errors import Failure, UsageError, did_you_mean
from tui_nn.cli.output import note
from tui_nn.cli.parser import whole_number
from tui_nn.cli.presets import check_preset
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.engine.worker import Worker
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.session import Session
from tui_nn.session.run.status import State

ABOUT = "Draw the app into a file: SVG with its colours, or the bare text."
EXAMPLES = """\
tui-nn screenshot --epochs 5 -o train.svg
tui-nn screenshot --run a.run --pane mistakes --size 80x24 --keys "down down" -o mistakes.txt"""

SMALLEST, LARGEST = (10, 5), (500, 200)
PATIENCE = 50
"""Looks at a screen that never rests, before it is taken as it is."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to: FILE.svg or FILE.txt")
    parser.add_argument("--preset", metavar="NAME", help="start from this one (quick-start; see: tui-nn presets)")
    parser.add_argument("--run", metavar="FILE", help="show a saved run")
    parser.add_argument("--data", metavar="PATH", help="digits in Keras's layout instead of the bundled ones")
    parser.add_argument(
        "--epochs", metavar="N", type=whole_number(0, 1_000_000), default=0, help="train N epochs first (0)"
    )
    parser.add_argument(
        "--pane", metavar="NAME", default="train", help="configure, train (the default), inspect or mistakes"
    )
    parser.add_argument("--size", metavar="WxH", type=_size, default=(120, 40), help="columns and rows (120x40)")
    parser.add_argument("--theme", metavar="NAME", help="the colours, such as textual-light")
    parser.add_argument("--ascii", action="store_true", help="draw with nothing but ASCII")
    parser.add_argument(
        "--keys", metavar="KEYS", default="", help='then press these, with blanks between: "space b down"'
    )


def run(args: Namespace) -> int:
    """Draw, and write the file."""
    path = Path(args.output)
    if path.suffix not in (".svg", ".txt"):
        raise UsageError(f"-o is '{args.output}', and must end in .svg or .txt")
    if args.run is not None and args.preset is not None:
        raise UsageError("--run shows a run as it is; leave --preset out")
    preset = check_preset(args.preset)
    try:
        target = check_target(path)
        worker = Worker(Start(preset=preset, source=args.data, run=args.run))
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    _check_looks(args)
    _train(worker.session, args.epochs)
    picture = asyncio.run(_draw(args, InlineEngine(Start(), worker), path.suffix))
    try:
        target.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise Failure(f"'{path}' was not written: {(error.strerror or str(error)).lower()}") from None
    note(f"written to {printable(args.output)}")
    return 0


def _check_looks(args: Namespace) -> None:
    """Raise UsageError for a pane, key or theme that is none: before any training, which may take long."""
    _plain_environment()
    from tui_nn.ui.shell.app import THEMES
    from tui_nn.ui.shell.arranging import PANES
    from tui_nn.ui.shell.key_names import KEY_NAMES, is_key

    panes = [name.lower() for _, name in PANES]
    if args.pane.lower() not in panes:
        raise UsageError(f"--pane is '{args.pane}', and must be one of {', '.join(panes)}")
    for key in args.keys.split():
        if not is_key(key):
            raise UsageError(f"--keys has '{key}', which is no key{did_you_mean(key, KEY_NAMES)}")
    if args.theme is not None:
        check_theme(args.theme, THEMES)


def _train(session: Session, epochs: int) -> None:
    """Train, and forget how long it took: nothing else differs between two pictures of the same thing."""
    for _ in session.run(epochs):
        pass
    snapshot = session.snapshot()
    records = tuple(replace(record, seconds=0.0) for record in snapshot.history.records)
    progress = replace(snapshot.progress, seconds=0.0, seconds_a_step=0.0, examples_a_second=0.0)
    session.restore(replace(snapshot, history=replace(snapshot.history, records=records), progress=progress))


async def _draw(args: Namespace, engine: InlineEngine, kind: str) -> str:
    from tui_nn.ui.shell.app import TuiNN
    from tui_nn.ui.shell.main_screen import MainScreen

    app = TuiNN(engine, ascii_only=args.ascii)
    if args.theme is not None:
        app.theme = args.theme
    async with app.run_test(size=args.size) as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)

        async def settle() -> None:
            await _settle(
                pilot, lambda: screen.snapshot is not None and screen.snapshot.status.state is not State.RUNNING
            )

        await settle()
        await screen.action_show(args.pane.title())
        for key in args.keys.split():
            await settle()
            await pilot.press(key)
        await settle()
        return app.export_screenshot(title="tui-nn") if kind == ".svg" else _text(app)


async def _settle(pilot: Any, idle: Callable[[], bool]) -> None:
    """Wait until nothing trains, nothing is fetched or drawn later, and two looks at the screen are the same."""
    last, looks = None, 0
    while looks < PATIENCE:
        await pilot.app.workers.wait_for_complete()
        # Longer than the screen leaves between two looks at its engine.
        await pilot.pause(0.06)
        later = any(getattr(part, "pending", False) for part in pilot.app.screen.walk_children())
        if later or not idle():
            continue
        seen = _text(pilot.app)
        if seen == last:
            return
        last, looks = seen, looks + 1


def _text(app: Any) -> str:
    """What is on the screen, row by row."""
    rows = ("".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips())
    return "\n".join(rows) + "\n"


def _plain_environment() -> None:
    """Nothing of the terminal that happens to be there may show; Textual reads this when it is imported."""
    for name in list(os.environ):
        if name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES") or name.startswith("TEXTUAL_"):
            del os.environ[name]
    os.environ |= {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_COLOR_SYSTEM": "truecolor", "TERM": "xterm-256color"}


def _size(text: str) -> tuple[int, int]:
    columns, _, rows = text.lower().partition("x")
    if text.isascii() and columns.isdecimal() and rows.isdecimal():
        size = int(columns), int(rows)
        if all(low <= side <= high for low, side, high in zip(SMALLEST, size, LARGEST, strict=True)):
            return size
    low, high = ("x".join(map(str, bound)) for bound in (SMALLEST, LARGEST))
    raise ArgumentTypeError(f"is '{text}', and must be columns x rows from {low} to {high}")
