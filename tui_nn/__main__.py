"""The console script `tui-nn`, and `python -m tui_nn`.

Nothing else may stand here: the engine's child process imports it again.
"""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says; `argv` without the program's name. Returns the exit code."""
    from tui_nn.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
