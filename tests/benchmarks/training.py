"""How fast training is, beside those who are known for it.

    python tests/benchmarks/training.py MNIST.npz              # seconds an epoch, everybody
    python tests/benchmarks/training.py --all MNIST.npz        # that, and all below; about twenty minutes on a quiet machine
    python tests/benchmarks/training.py --presets --memory --growth --target --busy MNIST.npz
    python tests/benchmarks/training.py --avx2 MNIST.npz       # with every program kept to AVX2

Every contender is a process of its own; rounds are interleaved, a turn of each after the other, and medians are told. What
is not installed (extra `bench`) is left out. The tables are Markdown: docs/performance.md holds them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from contenders import CONTENDERS, environment

HERE = Path(__file__).parent
ROUNDS = 5
REST = 0.25
"""Seconds before a turn: the threads of BLAS and OpenMP spin for up to 0.2 s after their work is done, on a core that the
next contender needs. Without it the full batch looked a tenth slower than it is, and an epoch of 4 ms took 8."""
WARM = 0.2
"""Seconds until cores that slept are awake and caches filled again: the first epochs of 4 ms after a rest take 8."""
SIZES = (32, 64, 128, 512, 60_000)
COLUMNS = {
    "GEMMs, 1": ["gemm-1"],
    "GEMMs, 2": ["gemm-2"],
    "ours, 1": ["ours-1"],
    "ours, 2": ["ours-2"],
    "JAX, a step": ["jax step"],
    "JAX, an epoch": ["jax epoch"],
    "PyTorch by hand": ["torch hand-1", "torch hand-2"],
    "PyTorch eager": ["torch eager-1", "torch eager-2"],
    "scikit-learn": ["sklearn-1", "sklearn-2"],
    "notebook": ["notebook-1", "notebook-2"],
}
"""What the table shows: the best of these."""


class Contender:
    """A process that does an epoch when it is told to."""

    avx2 = False
    """True if every contender is kept to AVX2."""

    def __init__(self, script: str, name: str, *arguments: object) -> None:
        self.name = name
        self.seconds: list[float] = []
        self.processors: list[float] = []
        command = [sys.executable, str(HERE / script), name, *map(str, arguments)]
        paths = os.pathsep.join(filter(None, (str(HERE.parent.parent), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment(name, self.avx2) | {"PYTHONPATH": paths},
        )  # fmt: skip
        assert self._process.stdout is not None
        said, _, self.kernel = self._process.stdout.readline().strip().partition(" ")
        self.ready = said == "ready"

    def turn(self) -> None:
        """Rest, do epochs that do not count until all is warm again, and one that does."""
        time.sleep(REST)
        warm = time.perf_counter() + WARM
        while time.perf_counter() < warm:
            self.epoch(counts=False)
        self.epoch()

    def epoch(self, counts: bool = True) -> None:
        """Have it do one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        seconds, processors = map(float, self._process.stdout.readline().split())
        if counts:
            self.seconds.append(seconds)
            self.processors.append(processors)

    @property
    def median(self) -> float:
        """Seconds an epoch."""
        return statistics.median(self.seconds)

    def end(self) -> None:
        """Let it go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def race(script: str, names: list[str], *arguments: object, rounds: int = ROUNDS) -> dict[str, Contender]:
    """A turn of each in every round; those that cannot start are left out."""
    with ExitStack() as stack:
        found = {}
        for name in names:
            contender = Contender(script, name, *arguments)
            stack.callback(contender.end)
            if contender.ready:
                found[name] = contender
        for _ in range(rounds):
            for contender in found.values():
                contender.turn()
        return found


def row(*cells: object) -> None:
    """A line of a table."""
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def head(title: str, *cells: str) -> None:
    """The first lines of a table."""
    print(f"\n{title}\n")
    row(*cells)
    row(*("---" for _ in cells))


def everybody(data: str, sizes: list[int]) -> None:
    """Ourselves beside everybody else, for each batch size."""
    head("Seconds for an epoch of 60,000 examples, 784-128-10, plain sgd:", "batch", *COLUMNS)
    ratios, kernels = [], {}
    for size in sizes:
        found = race("contenders.py", list(CONTENDERS), size, data)
        kernels |= {column: found[name].kernel for column, names in COLUMNS.items() for name in names if name in found}
        cells = []
        for names in COLUMNS.values():
            there = [found[name].median for name in names if name in found]
            cells.append(f"{min(there):.3f}" if there else "")
        row("full" if size == SIZES[-1] else size, *cells)
        mine = min(("ours-1", "ours-2"), key=lambda name: found[name].median)
        told = [("full" if size == SIZES[-1] else size), mine]
        for names in COLUMNS.values():
            there = [found[name] for name in names if name in found]
            pairs = [
                [a / b for a, b in zip(found[mine].seconds, other.seconds, strict=True)] for other in there
            ]  # In each round, then the median: what slowed a round slowed both.
            told.append(f"{max(statistics.median(pair) for pair in pairs):.2f}" if pairs else "")
        ratios.append(told)
    head(
        "Our time with one or two workers, whichever is better, divided by the other program's time:",
        "batch",
        "ours",
        *COLUMNS,
    )
    for told in ratios:
        row(*told)
    head("The kernel of each program:", "program", "kernel")
    for column, kernel in kernels.items():
        row(column, kernel)


def presets(data: str) -> None:
    """Each notebook's preset beside its own loop."""
    head("Seconds for an epoch of the notebooks' presets:", "preset", "its loop", "ours", "times as fast (goal 2.5)")
    for name in ("leaky-he", "small-normal", "wide-he", "sigmoid-mse", "tiny-lecun"):
        found = race("more_contenders.py", [f"loop {name}", f"preset {name}"], data, rounds=7)
        loop, mine = found.values()
        ratio = statistics.median(a / b for a, b in zip(loop.seconds, mine.seconds, strict=True))
        row(name, f"{loop.median:.4f}", f"{mine.median:.4f}", f"{ratio:.2f}")


def busy(data: str) -> None:
    """Two workers beside one, while another program keeps one core busy."""
    head(
        "With one core kept busy by another program, two workers beside one:",
        "batch", "seconds for an epoch, 1", "2", "2 / 1 (goal at most 1.05)",
    )  # fmt: skip
    for size in (128, 512, SIZES[-1]):
        other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        try:
            one, two = race("contenders.py", ["ours-1", "ours-2"], size, data, rounds=9).values()
        finally:
            other.kill()
        ratio = statistics.median(b / a for a, b in zip(one.seconds, two.seconds, strict=True))
        row("full" if size == SIZES[-1] else size, f"{one.median:.3f}", f"{two.median:.3f}", f"{ratio:.2f}")


def growth(data: str) -> None:
    """How the cost grows, batches of 128."""
    for title, names in {
        "number of examples n, 784-128-10": [f"examples {n}" for n in (5000, 10_000, 20_000, 40_000, 60_000)],
        "number of hidden units n, 784-n-10": [f"width {n}" for n in (32, 64, 128, 256, 512)],
        "number of hidden layers n, each with 128 units": [f"depth {n}" for n in range(1, 6)],
    }.items():
        found = race("more_contenders.py", names, data, rounds=3)
        head(
            f"Batches of 128, by {title}:",
            "n",
            "seconds for an epoch",
            "with evaluation on test data",
            "relative to row 1",
        )
        first = next(iter(found.values())).median
        for name, contender in found.items():
            both = statistics.median(contender.processors)
            row(name.split()[1], f"{contender.median:.3f}", f"{both:.3f}", f"{contender.median / first:.2f}")


def tell(title: str, script_names: list[str], data: str) -> None:
    """What a contender says of itself, a line each."""
    print(f"\n{title}\n", flush=True)
    for name in script_names:
        command = [sys.executable, str(HERE / "more_contenders.py"), name, data]
        paths = os.pathsep.join(filter(None, (str(HERE.parent.parent), os.environ.get("PYTHONPATH"))))
        done = subprocess.run(
            command, capture_output=True, text=True, check=False,
            env=environment(name, Contender.avx2) | {"PYTHONPATH": paths},
        )  # fmt: skip
        print(f"- {name}: {done.stdout.strip() or 'cannot be run here'}", flush=True)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="Keras's mnist.npz")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="batches of the first table (all four)")
    for flag in ("all", "presets", "growth", "memory", "target", "busy"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--avx2", action="store_true", help="keep every program to AVX2")
    args = parser.parse_args()
    Contender.avx2 = args.avx2
    some = args.presets or args.growth or args.memory or args.target or args.busy
    if args.all or not some:
        everybody(args.data, args.sizes)
    if args.all or args.presets:
        presets(args.data)
    if args.all or args.busy:
        busy(args.data)
    if args.all or args.growth:
        growth(args.data)
    if args.all or args.memory:
        tell("Memory:", ["memory of tui-nn train", "memory of a full batch"], args.data)
    if args.all or args.target:
        tell(
            "To 98 % of the 10,000 test digits, 784-128-10, Nesterov's momentum, batches of 256, median of five seeds:",
            ["target ours", "target torch-1", "target torch-2", "target sklearn-1", "target sklearn-2"],
            args.data,
        )


if __name__ == "__main__":
    main()
