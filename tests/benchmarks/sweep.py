"""The time of a sweep of 24 runs with one and with two jobs.

`python tests/benchmarks/sweep.py` trains the quick start for five epochs with 24 seeds, as `tui-nn sweep` does. It prints the
times, which contain the start of the worker processes, and the processor time of the workers. On a machine that does other things
too, the times say little; if two jobs take the same processor time as one, they do not hinder each other.
"""

from __future__ import annotations

import os
from dataclasses import replace
from time import perf_counter

from tui_nn.data.bundled import load_bundled
from tui_nn.presets import load_preset
from tui_nn.session.sweep.grid import Grid
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.runner import run_jobs
from tui_nn.session.sweep.task import train_job

RUNS, EPOCHS = 24, 5


def measure(jobs: int) -> tuple[float, float]:
    """Return the time of all runs with this number of jobs, and the processor time of its workers, in seconds."""
    preset = load_preset("quick-start")
    (only,) = Grid(preset.network, replace(preset.training, epochs=EPOCHS), (), RUNS).combinations(load_bundled())
    before, started = os.times(), perf_counter()
    with LocalPool(jobs) as pool:
        for _ in run_jobs(only.jobs, pool, train_job):
            pass
        seconds = perf_counter() - started
    after = os.times()
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Measure one and two jobs twice in turn, and print the times with the load of the machine."""
    for _ in range(2):
        (one, busy), (two, both_busy) = measure(1), measure(2)
        print(
            f"one job {one:5.1f} s ({busy:.1f} s of processor)   two jobs {two:5.1f} s ({both_busy:.1f} s)   "
            f"{one / two:.2f} times as fast   load {os.getloadavg()[0]:.1f}"
        )


if __name__ == "__main__":
    main()
