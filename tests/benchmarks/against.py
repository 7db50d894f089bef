"""This checkout beside another one, such as the last release: training, first paint, key to screen.

    git worktree add ../other v1.0 && python tests/benchmarks/against.py ../other [rounds]

Both run in turn, each in processes of its own, with the same Python. Prints medians and, for each measure, the median of
the ratios within a round (below 1, this checkout is faster).
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from terminal import TUI_NN, Terminal

HERE = Path(__file__).parents[2]
KEYS = (("1", "▐1 Configure▌"), ("2", "▐2 Train▌"), ("4", "▐4 Mistakes▌"), ("2", "▐2 Train▌"))
"""Keys that mean the same in every version, and a part of the screen that shows that each was obeyed."""
EPOCHS = {"32": 12, "128": 24, "512": 30, "full": 40}


def training(tree: Path, batch: str) -> float:
    """Return the median seconds of an epoch of `tui-nn train`, with one worker and without its first two epochs."""
    argv = [*TUI_NN, "train", "--json", "--hidden-sizes", "128", "--optimizer", "sgd", "--workers", "1"]
    argv += ["--epochs", str(EPOCHS[batch]), "--batch-size", batch]
    # Older checkouts have no validation data, so this one trains without, too.
    if (
        "--validation"
        in subprocess.run([*TUI_NN, "train", "--help"], env=environment(tree), capture_output=True, text=True).stdout
    ):
        argv += ["--validation", "0"]
    lines = subprocess.run(argv, env=environment(tree), capture_output=True, text=True, check=True).stdout.splitlines()
    seconds = [event["seconds"] for event in map(json.loads, lines) if event["event"] == "epoch"]
    return statistics.median(seconds[2:])


def screens(tree: Path) -> dict[str, float]:
    """Return the seconds from the start to the first text and to the digits, and the p50 and p95 of keys."""
    terminal = Terminal(list(TUI_NN), env=environment(tree))
    try:
        found = {}
        for name, text in (("first paint", "Configure"), ("digits on the screen", "untrained")):
            terminal.wait(text, 20)
            found[name] = time.perf_counter() - terminal.started
        terminal.listen(1.0)
        times = sorted(list(key_times(terminal, 60))[len(KEYS) :])
        return found | {
            "key to screen, p50": times[len(times) // 2],
            "key to screen, p95": times[int(len(times) * 0.95)],
        }
    finally:
        terminal.kill()


def key_times(terminal: Terminal, count: int) -> list[float]:
    """Return the seconds from a key to the screen that shows it, at random moments."""
    times = []
    for index in range(count):
        key, shows = KEYS[index % len(KEYS)]
        terminal.listen(random.uniform(0.05, 0.15))
        terminal.forget()
        terminal.type(key)
        times.append(terminal.wait(re.escape(shows), 5))
    return times


def environment(tree: Path) -> dict[str, str]:
    """Return the environment in which Python imports the package from this tree."""
    return {**os.environ, "PYTHONPATH": str(tree)}


def main() -> None:
    trees = {"here": HERE, "other": Path(sys.argv[1]).resolve()}
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    random.seed(0)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(rounds):
        for name in sorted(trees, reverse=bool(number % 2)):
            for batch in EPOCHS:
                found[f"epoch, batch {batch}"][name].append(training(trees[name], batch))
            for measure, seconds in screens(trees[name]).items():
                found[measure][name].append(seconds)
    print(f"{'':24} {'here':>10} {'other':>10}   ratio")
    for measure, by in found.items():
        ratio = statistics.median(a / b for a, b in zip(by["here"], by["other"], strict=True))
        here, other = (statistics.median(by[name]) * 1000 for name in ("here", "other"))
        print(f"{measure:24} {here:7.1f} ms {other:7.1f} ms   {ratio:.3f}")


if __name__ == "__main__":
    main()
