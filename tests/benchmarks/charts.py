"""The time of one frame of the charts, for long runs beside short ones.

`python tests/benchmarks/charts.py` prints the milliseconds of the compare chart with six runs of 100 and of 100,000 epochs, and of
the chart of the live run with the run before it. Smooth curves fall; noisy ones jump from epoch to epoch, so that each column of
the chart goes from its lowest to its highest value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import process_time

import numpy as np
import plotext

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Split
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import LETTERS, NamedRun, RunSet
from tui_nn.session.run.run_summary import RunSummary
from tui_nn.session.run.session import Session
from tui_nn.ui.train.chart import draw
from tui_nn.ui.train.chart_curves import Curves, RunLine
from tui_nn.ui.train.compare.chart import draw_runs
from tui_nn.ui.train.compare.comparison import Comparison

SHORT, LONG, FRAMES = 100, 100_000, 25


def curves(epochs: int, run: int, noise: float) -> RunCurves:
    """Return curves that fall to a height of their own, with some noise."""
    random = np.random.default_rng(run)
    falls = 0.2 + 0.1 * run + 2 * np.exp(-6 * np.arange(epochs + 1) / epochs)
    falls += noise * random.standard_normal(epochs + 1)
    unknown = np.full(epochs + 1, math.nan)
    values = {f"{split}_{kind}": falls for split in ("train", "test") for kind in ("loss", "accuracy")}
    return RunCurves(values | {"validation_loss": unknown, "validation_accuracy": unknown})


def six_runs(summary: RunSummary, test: Split, lines: list[RunCurves], size: tuple[int, int]) -> None:
    """Draw one frame of the compare chart."""
    runs = [
        NamedRun(letter, "run", replace(summary, run=number, curves=lines[number]), test, live=not number)
        for number, letter in enumerate(LETTERS)
    ]
    draw_runs(plotext, Comparison(()).of(RunSet(runs[0], tuple(runs[1:]))), *size)


def live_run(lines: list[RunCurves], size: tuple[int, int]) -> None:
    """Draw one frame of the chart of the live run, with the run before it."""
    both = RunLine("this run", lines[0]), RunLine("run A", lines[1])
    draw(plotext, Curves(both, "loss", False, len(lines[0]) - 1, math.log(10)), *size)


def milliseconds(*frames: Callable[[], None]) -> list[float]:
    """Return the least time of the processor for each frame. The frames take turns."""
    least = [math.inf] * len(frames)
    for _ in range(FRAMES):
        for number, frame in enumerate(frames):
            began = process_time()
            frame()
            least[number] = min(least[number], process_time() - began)
    return [seconds * 1000 for seconds in least]


def main() -> None:
    """Print the table."""
    bundled = load_bundled()
    data = replace(bundled, train=bundled.train.first(20), test=bundled.test.first(10))
    summary = Session(data, NetworkConfig(hidden_sizes=(3,)), TrainingConfig()).summary()
    print(f"{'size':>7} {'noise':>6} {'chart':>9} {SHORT:>8,} {LONG:>8,} {'ratio':>6}")
    for size in ((80, 15), (120, 25)):
        for noise in (0.0, 0.02, 0.2):
            short, long = ([curves(epochs, run, noise) for run in range(6)] for epochs in (SHORT, LONG))
            six = milliseconds(*(partial(six_runs, summary, data.test, lines, size) for lines in (short, long)))
            live = milliseconds(*(partial(live_run, lines, size) for lines in (short, long)))
            for name, (least, most) in (("six runs", six), ("live", live)):
                shape = f"{size[0]}x{size[1]}"
                print(f"{shape:>7} {noise:>6} {name:>9} {least:>8.1f} {most:>8.1f} {most / least:>6.2f}")


if __name__ == "__main__":
    main()
