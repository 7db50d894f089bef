"""The program for one session of `tui-nn serve`, which textual-serve starts. It runs the app in a separate folder."""

from __future__ import annotations

import os
import sys
from tempfile import TemporaryDirectory

from tui_nn.data.fence import FENCE, READABLE
from tui_nn.data.folders import VARIABLES


def main(folder: str, *flags: str) -> int:
    """Run the app with `flags` in a new folder inside `folder`, and remove the new folder at the end."""
    with TemporaryDirectory(prefix="session-", dir=folder, ignore_cleanup_errors=True) as own:
        os.chdir(own)
        os.environ.update({variable: os.path.join(own, f".{kind}") for kind, variable in VARIABLES.items()})
        os.environ.update({"HOME": own, FENCE: own})
        if "--data" in flags:
            os.environ[READABLE] = flags[flags.index("--data") + 1]
        from tui_nn.cli import run

        try:
            return run(list(flags))
        finally:
            os.chdir(folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
