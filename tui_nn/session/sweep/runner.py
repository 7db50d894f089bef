"""The runner of a sweep: it gives jobs to an executor and yields the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, wait

from tui_nn.session.sweep.grid import Job
from tui_nn.session.sweep.result import RunResult
from tui_nn.session.sweep.task import train_job

TICK = 0.25
"""The longest time between two pauses, in seconds."""


def run_jobs(jobs: Iterable[Job], executor: Executor) -> Iterator[RunResult | None]:
    """Train all jobs, and yield each result when it is there, in any order. Yield None while there is no new one.

    The executor may be any `concurrent.futures.Executor`: threads, processes or a cluster. Whoever has made it ends it. If the
    caller stops early, the other jobs go on until then.

    Raises:
        DataError: if a worker cannot load the data.
        BrokenExecutor: if a worker process has ended unexpectedly and the executor cannot replace it.
    """
    waiting = {executor.submit(train_job, job) for job in jobs}
    while waiting:
        done, waiting = wait(waiting, timeout=TICK, return_when=FIRST_COMPLETED)
        if not done:
            yield None
        for future in done:
            yield future.result()
