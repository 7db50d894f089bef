"""The console script `tui-nn`, and `python -m tui_nn`.

Keep this file small, because the engine's child process imports it too.
"""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run the program with the arguments `argv`, without the name of the program, and return the exit code."""
    from tui_nn.cli import run

    return run(sys.argv[1:] if argv is None else argv)


def _leave_out_current_folder() -> None:
    """Keep Python from importing a file of the current folder, such as numpy.py, in place of a library: `python -m`
    looks there first.
    """
    if not sys.flags.safe_path and sys.path[0] != os.path.dirname(os.path.dirname(os.path.abspath(__file__))):
        del sys.path[0]


if __name__ == "__main__":
    _leave_out_current_folder()
    sys.exit(main())
