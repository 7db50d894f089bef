"""`tui-nn serve`: serve the app to browsers, with a folder of its own for each session."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tui_nn.cli.flags import DATA_HELP, PRESET_HELP
from tui_nn.cli.output import note
from tui_nn.cli.parser import Failure, UsageError, whole_number

ABOUT = (
    "Serve the app to browsers. Each session has a folder of its own, which is removed when its page is "
    "closed. A session cannot read or write files outside its folder. The browser downloads each run that is saved. "
    "First install the packages for this: pip install 'tui-nn[serve]'."
)
EXAMPLES = """\
tui-nn serve
tui-nn serve --port 9000 --sessions 20
tui-nn serve --data mnist.npz --preset sigmoid-mse"""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn serve`."""
    parser.add_argument(
        "--host",
        metavar="HOST",
        default="127.0.0.1",
        help="the network address of the server (default: 127.0.0.1, which only this computer can reach)",
    )
    parser.add_argument(
        "--port",
        metavar="N",
        type=whole_number(0, 65535),
        default=8000,
        help="the port of the server (default: 8000; 0 takes a free port)",
    )
    parser.add_argument(
        "--sessions",
        metavar="N",
        type=whole_number(1, 1000),
        default=8,
        help="the largest number of sessions at the same time; each needs about 150 MB (default: 8)",
    )
    parser.add_argument(
        "--public-url",
        metavar="URL",
        help="the address that people type in the browser, if it is not HOST:PORT, for example behind a proxy",
    )
    parser.add_argument("--preset", metavar="NAME", help=PRESET_HELP)
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)


def run(args: Namespace) -> int:
    """Serve until ctrl+c."""
    try:
        from tui_nn.cli.browser_server import BrowserServer
    except ImportError:
        raise Failure("the package textual-serve is missing; install it with: pip install 'tui-nn[serve]'") from None
    if not args.host.strip():  # With an empty name, the server would listen on every address of this computer.
        raise UsageError("--host is empty: it must be the name or address of this computer, such as 127.0.0.1")
    flags = _flags(args)
    if args.host not in LOOPBACK:
        note(f"tui-nn serve: everyone who can reach {args.host} can use the app, because there is no login.")
    with TemporaryDirectory(prefix="tui-nn-serve-") as folder:
        command = [sys.executable, "-P", "-m", "tui_nn.cli.browser_session", folder, *flags]
        server = BrowserServer(shlex.join(command), args.host, args.port, args.public_url, most=args.sessions)
        try:
            server.serve()
        except (OSError, UnicodeError) as error:
            reason = "this is not the name of a computer"
            if isinstance(error, OSError):
                reason = (error.strerror or str(error)).lower()
            raise Failure(f"the app cannot be served at {args.host}, port {args.port}: {reason}") from None
    return 0


def _flags(args: Namespace) -> list[str]:
    """Return the flags of each session.

    Raises:
        UsageError: if the preset or the data do not exist.
    """
    flags: list[Any] = []
    if args.preset is not None:
        from tui_nn.cli.presets import check_preset

        flags += ["--preset", check_preset(args.preset)]
    if args.data is not None:
        path = Path(os.path.abspath(os.path.expanduser(args.data)))
        if not path.exists():
            raise UsageError(f"'{args.data}' cannot be opened: no such file or directory")
        flags += ["--data", str(path)]
    return flags
