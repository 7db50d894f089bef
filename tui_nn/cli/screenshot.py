"""`tui-nn screenshot`: draw the app without a terminal; the same command always gives the same picture."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_nn.cli.app import check_theme
from tui_nn.cli.flags import DATA_HELP, PRESET_HELP, add_compared, compared_runs
from tui_nn.cli.output import note, note_all
from tui_nn.cli.parser import Failure, UsageError, did_you_mean, whole_number
from tui_nn.cli.presets import check_preset
from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.look import Look, LookTextError, read_look
from tui_nn.engine.messages import Start
from tui_nn.engine.worker import Worker
from tui_nn.export.picture import png_of
from tui_nn.export.plan import ExportError
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.run_set import OtherRun
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message

ABOUT = (
    "Draw the app into a file: an SVG or PNG picture in colour, or plain text. PNG needs the extra export: "
    "pip install 'tui-nn[export]'."
)
EXAMPLES = """\
tui-nn screenshot --epochs 5 -o train.svg
tui-nn screenshot --epochs 3 --pane "inspect/unit epoch=2" -o unit.svg
tui-nn screenshot --run a.run --pane mistakes --size 80x24 --keys "down down" -o mistakes.txt"""

SMALLEST, LARGEST = (60, 20), (500, 200)
"""The sizes of the picture, in columns and rows. On less than the smallest, the app shows only that it needs more."""
MOST_LOOKS = 50
"""The largest number of checks whether the screen has stopped changing. After that, it is drawn as it is."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="write to FILE.svg, FILE.png or FILE.txt")
    parser.add_argument("--preset", metavar="NAME", help=PRESET_HELP)
    parser.add_argument("--run", metavar="FILE", help="show this saved run")
    add_compared(parser)
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)
    parser.add_argument(
        "--epochs", metavar="N", type=whole_number(0, 1_000_000), default=0, help="train N epochs first (default: 0)"
    )
    parser.add_argument(
        "--pane",
        metavar="LOOK",
        default="train",
        help='the pane or view to draw: train, inspect, inspect/unit, "inspect/unit epoch=2" (default: train)',
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=_size,
        default=(120, 40),
        help="the size in columns and rows (default: 120x40)",
    )
    parser.add_argument("--theme", metavar="NAME", help="the colour theme, such as textual-light")
    parser.add_argument("--ascii", action="store_true", help="use ASCII characters only")
    parser.add_argument(
        "--keys", metavar="KEYS", default="", help='press these keys first, separated by spaces: "space b down"'
    )


def run(args: Namespace) -> int:
    """Draw the app, and write the file."""
    path = Path(args.output)
    if path.suffix not in (".svg", ".png", ".txt"):
        raise UsageError(f"-o is '{args.output}': it must end in .svg, .png or .txt")
    if args.run is not None and args.preset is not None:
        raise UsageError("--preset cannot be used with --run, because a saved run has its own settings")
    preset = check_preset(args.preset)
    try:
        target = check_target(path)
        worker = Worker(Start(preset=preset, source=args.data, run=args.run))
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    note_all(worker.session.dataset.name, worker.session.dataset.notes)
    compared = compared_runs(args)
    look = _check_looks(args)
    _train(worker.session, args.epochs)
    picture = asyncio.run(_draw(args, look, compared, _Timeless(Start(), worker), path.suffix))
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
    """Return the `Look` (the description of one view) that --pane names. Check the keys and the theme too, before any training.

    Raises:
        UsageError: if a pane, view, key or theme does not exist.
    """
    _plain_environment()
    from tui_nn.ui.shell.app import THEMES
    from tui_nn.ui.shell.arrangement import PANES, pane_class
    from tui_nn.ui.shell.key_names import KEY_NAMES, is_key

    try:
        look = read_look(args.pane.lower())
    except LookTextError as error:
        raise UsageError(f"--pane: {error}") from None
    panes = [name for _, name in PANES]
    if look.pane not in panes:
        raise UsageError(f"--pane is '{args.pane}': it must be one of {', '.join(panes).lower()}")
    views = pane_class(look.pane).view_names()
    if look.view is not None and look.view not in views:
        names = ", ".join(view.replace(" ", "-") for view in views)
        raise UsageError(f"--pane is '{args.pane}': the views of {look.pane.lower()} are {names}")
    for key in args.keys.split():
        if not is_key(key):
            raise UsageError(f"--keys has '{key}', which is not the name of a key{did_you_mean(key, KEY_NAMES)}")
    if args.theme is not None:
        check_theme(args.theme, THEMES)
    return look


def _train(session: Session, epochs: int) -> None:
    for _ in session.run(epochs):
        pass


def _without_times(snapshot: Snapshot) -> Snapshot:
    records = tuple(replace(record, seconds=0.0) for record in snapshot.history.records)
    progress = replace(snapshot.progress, seconds=0.0, seconds_a_step=0.0, examples_a_second=0.0)
    return replace(snapshot, history=replace(snapshot.history, records=records), progress=progress)


class _Timeless(InlineEngine):
    """An engine whose snapshots contain no times, so that two equal trainings give equal pictures."""

    def poll(self) -> list[Message]:
        """Return the messages since the last call, with all times set to 0."""
        return [_without_times(message) if isinstance(message, Snapshot) else message for message in super().poll()]


async def _draw(args: Namespace, look: Look, compared: Sequence[OtherRun], engine: InlineEngine, kind: str) -> str:
    from tui_nn.ui.shell.app import TuiNN
    from tui_nn.ui.shell.export import screen_text
    from tui_nn.ui.shell.main_screen import MainScreen

    app = TuiNN(engine, ascii_only=args.ascii, compared=compared)
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
        await screen.show(look)
        for key in args.keys.split():
            await settle()
            await pilot.press(key)
        await settle()
        return screen_text(app) if kind == ".txt" else app.export_screenshot(title="tui-nn")


async def _settle(pilot: Any, idle: Callable[[], bool]) -> None:
    """Wait until training and background work have ended and the screen no longer changes."""
    from tui_nn.ui.shell.export import screen_text

    last, looks = None, 0
    while looks < MOST_LOOKS:
        await pilot.app.workers.wait_for_complete()
        # The screen polls the engine more often than this, so it misses no message.
        await pilot.pause(0.06)
        later = any(getattr(part, "pending", False) for part in pilot.app.screen.walk_children())
        if later or not idle():
            continue
        seen = screen_text(pilot.app)
        if seen == last:
            return
        last, looks = seen, looks + 1


def _plain_environment() -> None:
    """Remove the environment variables by which Textual would adapt to the real terminal. Textual reads them on import."""
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
    raise ArgumentTypeError(f"is '{text}': it must be columns x rows from {low} to {high}")
