"""All everyday checks, one after the other: style, types, tests (the import contracts are one of them).

    python tests/run.py            everyday (minutes)
    python tests/run.py --slow     the slow tests alone

Stops at the first that fails, with its exit code.
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

ROOT = Path(__file__).parent.parent

EVERYDAY = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "-q", "-n", "auto", "--dist", "worksteal"),
)
SLOW = (("pytest", "-q", "-m", "slow"),)


def main(argv: list[str] | None = None) -> int:
    """Run them."""
    parser = ArgumentParser(description="All everyday checks, one after the other: style, types, tests.")
    parser.add_argument("--slow", action="store_true", help="the slow tests alone")
    for tool, *arguments in SLOW if parser.parse_args(argv).slow else EVERYDAY:
        print(f"== {tool} {' '.join(arguments)}", flush=True)
        done = subprocess.run([sys.executable, "-m", tool, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
