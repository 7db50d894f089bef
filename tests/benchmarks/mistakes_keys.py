"""How fast the Mistakes pane answers, with 10,000 test digits listed.

    python tests/benchmarks/mistakes_keys.py MNIST.npz [rounds]

784-128-10 on the full MNIST in mini-batches of 128, in a real pseudo-terminal of 80x24. All 10,000 test digits are listed; then
keys that move, sort, filter, raise the threshold and change the view are typed at random moments, in each round first
with nothing to train and then while training runs. Prints the time from a key to the screen that shows it, by what the key
does. Goal: 50 ms.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from app_under_load import open_app, p, untrained_run
from terminal import Terminal

DOWN, END, HOME, PAGE, RIGHT = "\x1b[B", "\x1b[F", "\x1b[H", "\x1b[6~", "\x1b[C"
DIGIT = r"#\d+"
ORDERS = ("most confident first", r"largest p\(true\) first", "closest calls first", r"in order of #", "worst first")
KEYS = (
    *[("move", DOWN, DIGIT)] * 5,
    *[("page", PAGE, DIGIT)] * 5,
    ("move", END, "10,?000 of 10,?000"),
    ("move", HOME, "1–16 of 10,000"),
    *[("sort", "s", label) for label in ORDERS],
    *[("threshold", ">", "≥ .5"), ("threshold", ">", "≥ .6"), ("threshold", "<", "≥ .5")],
    ("threshold", "<", "10,000 of 10,000 test"),
    *[("filter", "f", "all"), ("filter", "4", "true 4"), ("filter", "\x1b", "10,000 of 10,000 test")],
    *[("view", "g", "1–24 of"), ("gallery", RIGHT, DIGIT), ("gallery", PAGE, DIGIT), ("gallery", "s", ORDERS[0])],
    *[("sort", "s", label) for label in ORDERS[1:]],
    *[("view", "c", "predicted"), ("cell", RIGHT, "predicted as"), ("cell", "n", "predicted as"), ("cell", ".", DIGIT)],
    *[("view", "a", "accuracy over"), ("view", "k", "calibration"), ("view", "l", DIGIT)],
)  # fmt: skip
"""What a key does, the key, and what it makes to be seen; one round ends where it began."""


def list_all(terminal: Terminal) -> None:
    """List all test digits, right and wrong: before training begins, which has titles drawn that nobody asked for."""
    terminal.type("4")
    terminal.wait("misclassified", 5)
    for _ in range(5):
        terminal.forget()
        terminal.type("o")
        terminal.wait("of 10,000|of [0-9,]+ mistakes", 5)
        if "10,000 of 10,000" in terminal.text:
            return


def measure(terminal: Terminal, rounds: int) -> tuple[dict[str, list[float]], float]:
    """Seconds from each key to the screen that shows it, and seconds of processor time a key.

    The first round is not counted: views are made in it.
    """
    times: dict[str, list[float]] = defaultdict(list)
    spent = 0.0
    for number in range(rounds + 1):
        if number == 1:
            spent = processor_seconds(terminal)
        for name, key, shows in KEYS:
            terminal.listen(random.uniform(0.05, 0.15))
            terminal.forget()
            terminal.type(key)
            # A lone escape is told from the beginning of a longer key by a pause, which Textual makes 100 ms long.
            seconds = terminal.wait(shows, 5) - (0.1 if key == "\x1b" else 0.0)
            if number:
                times[name].append(seconds)
    return times, (processor_seconds(terminal) - spent) / (rounds * len(KEYS))


def processor_seconds(terminal: Terminal) -> float:
    """What the app, without its engine, has used so far."""
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(name: str, times: list[float]) -> None:
    shares = (("p50", 0.5), ("p95", 0.95), ("max", 1))
    print(
        f"  {name:10} {len(times):4} keys   " + "   ".join(f"{label} {p(times, q):5.1f}" for label, q in shares) + " ms"
    )


def main() -> None:
    data = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        run = untrained_run(data, Path(folder))
        for training in (False, True):
            terminal = open_app(run)
            try:
                terminal.listen(1)
                list_all(terminal)
                if training:
                    terminal.type("r")
                    terminal.wait("running", 5)
                times, processor = measure(terminal, rounds)
            finally:
                terminal.kill()
            print(f"{'while training' if training else 'idle'}: {processor * 1000:.0f} ms of processor time a key")
            for name, each in times.items():
                report(name, each)
            report("all keys", [seconds for each in times.values() for seconds in each])


if __name__ == "__main__":
    main()
