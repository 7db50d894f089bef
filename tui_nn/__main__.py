"""The console script `tui-nn`, and `python -m tui_nn`.

Keep this file small, because the engine's child process imports it too.
"""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line `argv`, which leaves out the name of the program, and return the exit code."""
    from tui_nn.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
