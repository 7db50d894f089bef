"""`tui-nn` without a command: the app, on an engine in a child process."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from tui_nn import __version__
from tui_nn.cli.errors import UsageError, did_you_mean
from tui_nn.cli.flags import add_workers, use_workers
from tui_nn.cli.own import add_own_digits, source_of
from tui_nn.cli.parser import whole_number

ABOUT = (
    "Train a neural network on handwritten digits, look inside it, and read the digits it gets wrong.\n"
    "Without a command it opens the app."
)
EXAMPLES = """\
tui-nn
tui-nn --preset sigmoid-mse
tui-nn --data mnist.npz
tui-nn train --epochs 5 --save a.run
tui-nn --run a.run"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the app takes."""
    parser.add_argument("--preset", metavar="NAME", help="start from this one (quick-start; see: tui-nn presets)")
    parser.add_argument(
        "--data", metavar="PATH", help="digits in Keras's layout, mnist.npz, instead of the bundled ones"
    )
    add_own_digits(parser)
    parser.add_argument("--run", metavar="FILE", help="go on with a saved run; ctrl+s saves it back")
    parser.add_argument(
        "--timeline-memory",
        type=whole_number(1, 65536),
        metavar="MIB",
        help="what the checkpoints of time travel may take (64); with less, going back replays more",
    )
    add_workers(parser)
    parser.add_argument("--ascii", action="store_true", help="draw with nothing but ASCII")
    parser.add_argument("--theme", metavar="NAME", help="the colours, such as textual-light; ctrl+p lists them all")
    parser.add_argument("--version", action="version", version=f"tui-nn {__version__}")


def run(args: Namespace) -> int:
    """Show the app until it is left."""
    if args.run is not None and args.preset is not None:
        raise UsageError("--run goes on with a run as it is; leave --preset out")
    preset = _preset(args.preset)
    use_workers(args)
    _check_terminal()
    from tui_nn.engine.messages import Start, Stopped
    from tui_nn.engine.process import ProcessEngine

    # Textual first, then the child, which loads NumPy and the digits: where a core is busy with something else, the two
    # would otherwise slow each other, and the first paint would wait for both.
    from tui_nn.ui.shell.app import THEMES, TuiNN

    source = source_of(args)
    budget = None if args.timeline_memory is None else args.timeline_memory * 2**20
    engine = ProcessEngine(Start(preset=preset, source=source, run=args.run, timeline_bytes=budget))
    try:
        if source is not None or args.run is not None:
            first = engine.wait()
            if isinstance(first, Stopped):
                raise UsageError(first.reason)
        app = TuiNN(engine, ascii_only=args.ascii or not _has_unicode(), save_as=args.run)
        if args.theme is not None:
            check_theme(args.theme, THEMES)
            app.theme = args.theme
        app.run()
        return app.return_code or 0
    finally:
        engine.close()


def check_theme(name: str, themes: Iterable[str]) -> None:
    """Raise UsageError if none of `themes` has this name."""
    names = sorted(themes)
    if name not in names:
        raise UsageError(f"there is no theme '{name}'{did_you_mean(name, names)}; there are {', '.join(names)}")


def _preset(name: str | None) -> str:
    if name is None:
        return "quick-start"
    # Here, as all that the first paint need not wait for.
    from tui_nn.cli.presets import check_preset

    return check_preset(name)


def _check_terminal() -> None:
    """Raise UsageError where Textual would draw into a pipe, or could not be left."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        problem = "the app needs a terminal for its input and its output"
    elif os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb"):
        problem = "the app cannot draw on this terminal (TERM is dumb, or not set)"
    else:
        return
    raise UsageError(f"{problem}; use `tui-nn train` for training without a screen")


def _has_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()
